import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { sampleDataDir } from '@ingestion-server/core/testing/sample-data.ts'
import { startServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const run = promisify(execFile)

let harness: Harness

beforeAll(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  await loadSampleData(harness.databaseUrl, sampleDataDir)
})
afterAll(() => harness.close())

test('the built server builds an exact index, and the built command line follows it', async () => {
  const server = await startServerProcess({
    DATABASE_URL: harness.databaseUrl,
    OPENSEARCH_URL: inject('openSearchUrl'),
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', // no collector listens; the exporter is loaded nevertheless
  })
  const cli = (...args: string[]) =>
    run(process.execPath, [join(inject('builtServer'), 'cli.mjs'), ...args], {
      env: { INGESTION_URL: server.baseUrl },
    })
  try {
    const { stdout } = await cli('reindex', 'audio', '--suffix', harness.suffix, '--wait', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', counts: { read: 100 } })
    await expectIndexToEqualDatabase(harness, 'audio', `audio-${harness.suffix}`)
    expect((await fetch(`${server.baseUrl}/docs`)).status).toBe(200)
  } finally {
    expect(await server.stop()).toBe(0)
  }
})

test.each([
  ['main.mjs', '--version'],
  ['main.mjs', '-V'],
  ['cli.mjs', '--version'],
  ['cli.mjs', '-V'],
])('%s %s prints the version of the package', async (file, option) => {
  const { stdout } = await run(process.execPath, [join(inject('builtServer'), file), option], { env: {} })
  expect(stdout).toBe(`${manifest.version}\n`)
})

test.each([
  ['main.mjs', 'node main.mjs [--role'],
  ['cli.mjs', 'Usage: node cli.mjs '],
])('%s --help names the file under which it was called', async (file, usage) => {
  const { stdout } = await run(process.execPath, [file, '--help'], { cwd: inject('builtServer'), env: {} })
  expect(stdout).toContain(usage)
  expect(stdout).not.toContain('.ts')
})

test("the command line reports a result that can't be written, and progress is not a result", async () => {
  const cli = join(inject('builtServer'), 'cli.mjs')
  const shell = (redirections: string) =>
    run('sh', ['-c', `"${process.execPath}" "${cli}" --help ${redirections}`]).then(
      () => ({ code: 0, stderr: '' }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    )
  const full = await shell('> /dev/full')
  expect(full.code).toBe(74)
  expect(full.stderr).toMatch(/^ingestion-server: the result can't be written: ENOSPC.*\n$/)
  expect((await shell('2> /dev/full')).code).toBe(0)
  expect((await shell('> /dev/full 2> /dev/full')).code).toBe(74)
})
