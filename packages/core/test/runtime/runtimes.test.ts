import { resolve } from 'node:path'
import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import type { RunResult } from '../../src/index.ts'
import { createHarness, expectIndexToEqualDatabase, readIndex, type Harness } from '../support/harness.ts'
import { sampleDataDir } from '../support/sample-data.ts'
import { runOn, runtimeNames } from './run-on.ts'
import { startWorker } from './start-worker.ts'
import { runSuite, type SuiteHost, type SuiteOptions, type SuiteResult } from './suite.ts'
import { postgresUrl } from '../support/postgres-url.ts'

/** A word in some of the real titles, descriptions or tags. */
const terms = 'dog'

let harness: Harness
beforeAll(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
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
    terms,
    // Shorter than a task takes on any machine: it is interrupted and has to continue from its checkpoints.
    sliceMs: 100,
  }
}

async function expectAllDone({ prefix }: SuiteOptions, { tasks, pauses }: SuiteResult): Promise<void> {
  const done = { status: 'succeeded', error: null }
  expect(tasks).toMatchObject([
    { ...done, index: `${prefix}image-a`, counts: { read: 2_899 } },
    { ...done, index: `${prefix}audio-a`, counts: { read: 100 } },
    { ...done, action: 'CREATE_AND_POPULATE_FILTERED_INDEX', index: `${prefix}image-a-filtered` },
    { ...done, action: 'POINT_ALIAS', index: `${prefix}image-a-filtered` },
    { ...done, action: 'POINT_ALIAS', index: `${prefix}image-a` },
    { ...done, index: `${prefix}audio-b`, counts: { read: 100 } },
    { ...done, action: 'DELETE_INDEX', index: `${prefix}audio-b` },
  ])
  expect(pauses).toBeGreaterThan(0)
  await expectIndexToEqualDatabase(harness, 'image', `${prefix}image-a`)
  await expectIndexToEqualDatabase(harness, 'audio', `${prefix}audio-a`)
  await expectFiltered(`${prefix}image-a`)

  const { body } = await harness.search.indices.getAlias({ index: `${prefix}*` })
  const aliases = Object.entries(body).map(([index, found]) => [index, Object.keys(found.aliases)])
  expect(Object.fromEntries(aliases)).toEqual({
    [`${prefix}image-a`]: [`${prefix}image`],
    [`${prefix}image-a-filtered`]: [`${prefix}image-filtered`],
    [`${prefix}audio-a`]: [],
  })
}

/** Expects every document without the word, and no other, by searching the text itself. */
async function expectFiltered(source: string): Promise<void> {
  const all = await readIndex(harness.search, source)
  const isSensitive = ({ title = '', description = '', tags = [] }: Searched) =>
    [title, description, ...tags.map(({ name }) => name)].some((text) => /\bdog\b/i.test(text))
  const expected = [...all].filter(([, document]) => !isSensitive(document as Searched)).map(([id]) => id)
  const found = await readIndex(harness.search, `${source}-filtered`)
  expect([...found.keys()].toSorted()).toEqual(expected.toSorted())
  expect(expected.length).toBeLessThan(all.size)
  expect(expected.length).toBeGreaterThan(all.size / 2)
}

interface Searched {
  title?: string
  description?: string
  tags?: { name: string }[]
}

test.for(runtimeNames)('core runs all actions over the real rows on %s', async (name, { signal }) => {
  const options = optionsFor(name)
  const entry = resolve(import.meta.dirname, 'run-suite.ts')
  await expectAllDone(options, (await runOn(name, entry, options, signal)) as SuiteResult)
})

test('core runs all actions over the real rows on workerd, in one request per time slice', async () => {
  const options = optionsFor('workerd')
  const worker = await startWorker(resolve(import.meta.dirname, 'worker.ts'), { OPTIONS: options })
  onTestFinished(() => worker.stop())
  const post = async (path: string, body?: unknown) => {
    const response = await worker.fetch(path, { method: 'POST', body: JSON.stringify(body ?? null) })
    expect(response.status).toBe(200)
    return response.json()
  }
  const host: SuiteHost = {
    // The worker returns the results of its own host.
    submit: async (request) => (await post('/submit', request)) as string,
    slice: async (taskId) => (await post(`/slice/${taskId}`)) as RunResult,
  }
  await expectAllDone(options, await runSuite(options, host))
})
