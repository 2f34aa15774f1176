import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createAuthority } from '@ingestion-server/core/testing/certificates.ts'
import { listen } from '../packages/local-services/src/process/listen.ts'
import { expect, onTestFinished, test } from 'vitest'

test('the commands trust what the machine trusts, such as the certificate of a company', async () => {
  const authority = createAuthority()
  const { certificate, key } = authority.issue('127.0.0.1')
  const server = createServer({ cert: certificate, key }, (_, response) => {
    response.setHeader('Content-Type', 'application/json').end('{"tasks":[],"next_page_token":null}')
  })
  const { port, close } = await listen(server)
  onTestFinished(close)
  const folder = await mkdtemp(join(tmpdir(), 'trust-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const trusted = join(folder, 'ca.crt')
  await writeFile(trusted, authority.certificate)

  const env: NodeJS.ProcessEnv = {
    ...process.env,
    // Where OpenSSL looks for the certificates of the machine.
    SSL_CERT_FILE: trusted,
    INGESTION_URL: `https://127.0.0.1:${port}`,
  }
  for (const name of ['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA']) delete env[name]
  const args = [join(import.meta.dirname, 'bootstrap.mjs'), 'cli', 'tasks', '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  expect(stdout).toBe('{"tasks":[]}\n')
})
