import { resolve } from 'node:path'
import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { runOn, runtimeNames } from '../../../packages/core/test/runtime/run-on.ts'
import { startWorker } from '../../../packages/core/test/runtime/start-worker.ts'
import type { SuiteOptions } from '../../../packages/core/test/runtime/suite.ts'
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '../../../packages/core/test/support/harness.ts'
import { sampleDataDir } from '../../../packages/core/test/support/sample-data.ts'
import { useApp, type AppAnswers } from './support/use-app.ts'

let harness: Harness
beforeAll(async () => {
  harness = await createHarness({
    postgresUrl: inject('postgresUrl'),
    openSearchUrl: inject('openSearchUrl'),
  })
  await loadSampleData(harness.databaseUrl, sampleDataDir)
})
afterAll(() => harness.close())

function optionsFor(runtime: string): SuiteOptions {
  return {
    databaseUrl: harness.databaseUrl,
    openSearchUrl: inject('openSearchUrl'),
    prefix: `${harness.suffix}${runtime.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`,
    terms: '',
    sliceMs: 50,
  }
}

async function expectAllWell({ prefix }: SuiteOptions, answers: AppAnswers): Promise<void> {
  expect(answers).toMatchObject({
    livez: 200,
    scheduled: { status: 202, body: { task: { status: 'queued', active: true } } },
    again: { status: 409, body: { code: 'index_busy' } },
    task: { status: 'succeeded', progress: 100, error: null, counts: { read: 100 } },
  })
  expect(answers.slices).toBeGreaterThan(1)
  await expectIndexToEqualDatabase(harness, 'audio', `${prefix}audio-app`)
}

test.each(runtimeNames)('the HTTP interface answers on %s, and its task works in slices', async (name) => {
  const options = optionsFor(name)
  const entry = resolve(import.meta.dirname, 'support/run-app.ts')
  await expectAllWell(options, (await runOn(name, entry, options)) as AppAnswers)
})

test('the HTTP interface answers on workerd, and its task works in slices', async () => {
  const options = optionsFor('workerd')
  const entry = resolve(import.meta.dirname, 'support/app-worker.ts')
  const worker = await startWorker(entry, { OPTIONS: options })
  try {
    await expectAllWell(options, await useApp(worker.fetch, `${options.prefix}audio`))
  } finally {
    await worker.stop()
  }
})
