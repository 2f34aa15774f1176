import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import { findFreePort } from '@ingestion-server/local-services'
import { expect, onTestFinished, test } from 'vitest'

const main = resolve(import.meta.dirname, '../../build/index.js')

test('a dashboard whose log is on a full disk keeps working', async () => {
  const port = await findFreePort()
  const full = openSync('/dev/full', 'w')
  // Its database is unavailable, which it logs at startup.
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none', DASHBOARD_PORT: String(port) }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', full, full] })
  closeSync(full)
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  const status = (path: string, init?: RequestInit) =>
    fetch(`${url}${path}`, init).then(
      (response) => response.status,
      () => null, // it does not listen yet
    )
  await expect.poll(() => status('/livez')).toBe(200)
  const headers = { origin: 'https://elsewhere.example' } // refused, which it logs too
  for (let count = 0; count < 3; count++)
    expect(await status('/sign-in', { method: 'POST', headers })).toBe(403)
  expect(await status('/tasks')).toBe(503)
  expect(child.exitCode).toBeNull()
  child.kill('SIGTERM')
  expect((await exited)[0]).toBe(0)
})

test.each([
  [['--help'], 0],
  [['--port', '1'], 2],
])('node build %j ends immediately, with exit code %d', async (args, code) => {
  const child = spawn(process.execPath, [main, ...args], { env: {}, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  expect((await once(child, 'exit'))[0]).toBe(code)
})
