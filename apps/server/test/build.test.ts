import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '../../../packages/core/test/support/harness.ts'
import { sampleDataDir } from '../../../packages/core/test/support/sample-data.ts'
import { startServerProcess } from './support/server-process.ts'

const run = promisify(execFile)

let harness: Harness

beforeAll(async () => {
  harness = await createHarness({
    postgresUrl: inject('postgresUrl'),
    openSearchUrl: inject('openSearchUrl'),
  })
  await loadSampleData(harness.databaseUrl, sampleDataDir)
})
afterAll(() => harness.close())

test('the built server builds an exact index, followed by the built command line', async () => {
  const server = await startServerProcess({
    DATABASE_URL: harness.databaseUrl,
    OPENSEARCH_URL: inject('openSearchUrl'),
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', // nobody listens: what sends spans is loaded all the same
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
