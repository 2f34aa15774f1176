import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createRandom, loadSampleData } from '@ingestion-server/local-services'
import type { Task } from '@ingestion-server/core/contract'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import {
  createHarness,
  expectIndexToEqualDatabase,
  expectSameDocuments,
  readIndex,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { sampleDataDir } from '@ingestion-server/core/testing/sample-data.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import {
  startServerProcess,
  startWorkerProcess,
  type RunningProcess,
  type ServerProcess,
} from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const kills = 8
const random = createRandom(1)
/** In the tags of some of the real tracks. */
const sensitiveTerm = 'instrumental'
const workersPerTask = 2
/** Models whose aliases are moved: no other suite moves these. */
const promoted = ['image', 'audio'] as const
const rows = { image: 2_899, audio: 100 }

const openSearchUrl = inject('openSearchUrl')
let harness: Harness
let folder: string
let servers: ServerProcess[]
let workers: RunningProcess[]
const dead = new Set<number>()

const env = () => ({
  DATABASE_URL: harness.databaseUrl,
  OPENSEARCH_URL: openSearchUrl,
  SENSITIVE_TERMS_URL: pathToFileURL(join(folder, 'terms.txt')).href,
  LEASE_SECONDS: '2',
  POLL_INTERVAL_SECONDS: '1',
  TURN_SECONDS: '1',
  MAX_WORKERS_PER_TASK: String(workersPerTask),
  ROWS_PER_ITEM: '500',
  // Some rows in each request, so that a limit slows a task of few rows.
  TARGET_BODY_LENGTH: '100000',
})

beforeAll(async () => {
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl })
  await loadSampleData(harness.databaseUrl, sampleDataDir)
  folder = await mkdtemp(join(tmpdir(), 'many-processes-'))
  await writeFile(join(folder, 'terms.txt'), `${sensitiveTerm}\n`)
  servers = await Promise.all([0, 1].map(() => startServerProcess({ ...env(), ROLE: 'api' })))
  workers = await Promise.all([0, 1, 2].map(() => startWorkerProcess(env())))
})
afterAll(async () => {
  const codes = await Promise.all([...servers, ...workers].map((running) => running.stop()))
  await rm(folder, { recursive: true })
  await harness.close()
  expect(new Set(codes)).toEqual(new Set([0]))
})

test(
  'tasks of all kinds end with exact indices, on two servers and three workers that are killed repeatedly',
  { timeout: 900_000 },
  async () => {
    const built = await Promise.all([
      ...[0, 1, 2, 3, 4, 5, 6].map((number) => submit('REINDEX', 'audio', `old-${number}`)),
      ...promoted.map((model) => submit('REINDEX', model, 'live')),
    ])
    for (const { task_id } of built) expect(await end(task_id)).toMatchObject({ status: 'succeeded' })

    const reindexed = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((number) =>
      submit('REINDEX', number % 4 === 0 ? 'audio' : 'image', `new-${number}`),
    )
    const filtered = [0, 1, 2, 3].map((number) =>
      submit('CREATE_AND_POPULATE_FILTERED_INDEX', 'audio', `old-${number}`),
    )
    const deleted = [4, 5, 6].map((number) => submit('DELETE_INDEX', 'audio', `old-${number}`))
    const pointed = promoted.map((model) => submit('POINT_ALIAS', model, 'live', { alias: model }))
    const submitted = await Promise.all([...reindexed, ...filtered, ...deleted, ...pointed])
    const slow = await submitSlow()
    const crowd = watchWorkersPerTask()
    const failing = new AbortController()
    const killing = killWorkers(failing.signal).then(() => Promise.all(slow.map((id) => limit(id, null))))
    const ends = Promise.all([...submitted.map(({ task_id }) => task_id), ...slow].map(end))
    try {
      await Promise.all([killing, ends])
    } finally {
      failing.abort(new Error('the test is over'))
      await Promise.allSettled([killing])
      await crowd.stop()
    }
    const tasks = await ends
    expect(crowd.found).toEqual([])
    expect(dead.size).toBe(kills)
    for (const task of tasks) {
      expect(task).toMatchObject({ status: 'succeeded', error: null, progress: 100 })
      const check = checks[task.action]
      if (!check) throw new Error(`no check for ${task.action}`)
      await check(task)
    }
  },
)

const suffixFields: Record<string, string> = {
  CREATE_AND_POPULATE_FILTERED_INDEX: 'destination_index_suffix',
}

function submit(action: string, model: 'image' | 'audio', name: string, more: object = {}): Promise<Task> {
  const suffix = { [suffixFields[action] ?? 'index_suffix']: `${harness.suffix}-${name}` }
  return random.pick(servers).submit({ model, action, ...suffix, ...more })
}

/** Submits two tasks that take minutes, until their limits are lifted. @returns their ids */
function submitSlow(): Promise<string[]> {
  return harness.sql.begin(async (sql) => {
    // They read no row before they have their limits.
    await sql`lock table image in access exclusive mode`
    const tasks = await Promise.all([0, 1].map((number) => submit('REINDEX', 'image', `slow-${number}`)))
    const ids = tasks.map(({ task_id }) => task_id)
    await Promise.all(ids.map((id) => limit(id, 5)))
    return ids
  })
}

async function limit(taskId: string, documents_per_second: number | null): Promise<void> {
  const response = await fetch(`${random.pick(servers).baseUrl}/task/${taskId}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ documents_per_second }),
  })
  expect(response.status).toBe(200)
}

const end = (taskId: string) => random.pick(servers).waitForEnd(taskId, 800_000)

/** By the actions that are submitted above. */
const checks: Partial<Record<Task['action'], (task: Task) => Promise<void>>> = {
  REINDEX: expectExact,
  async CREATE_AND_POPULATE_FILTERED_INDEX(task) {
    const source = await readIndex(harness.search, String(task.index).replace(/-filtered$/, ''))
    const harmless = [...source].filter(([, document]) => !isSensitive(document))
    expect(harmless.length).toBeLessThan(source.size)
    expectSameDocuments(await readIndex(harness.search, String(task.index)), new Map(harmless))
  },
  async DELETE_INDEX(task) {
    expect((await harness.search.indices.exists({ index: String(task.index) })).body).toBe(false)
  },
  async POINT_ALIAS(task) {
    const { body } = await harness.search.indices.getAlias({ index: `${task.model}-*`, name: task.model })
    expect(Object.keys(body)).toEqual([`${task.model}-${harness.suffix}-live`])
    expect(task.result).toMatchObject({
      alias: task.model,
      to: { name: `${task.model}-${harness.suffix}-live` },
    })
  },
}

/** Whether a text that is filtered contains the term, by the words of the standard analyzer. */
function isSensitive(document: unknown): boolean {
  const { title, description, tags } = document as {
    title?: string
    description?: string
    tags?: { name: string }[]
  }
  const texts = [title, description, ...(tags ?? []).map(({ name }) => name)]
  return texts.some((text) => text !== undefined && new RegExp(`\\b${sensitiveTerm}\\b`, 'i').test(text))
}

async function expectExact(task: Task): Promise<void> {
  const model = task.model as 'image' | 'audio' // as submitted
  const { documents, dropped } = await expectIndexToEqualDatabase(harness, model, String(task.index))
  // Nothing was counted twice, so no item had two workers.
  expect(task.counts).toEqual({
    planned: rows[model],
    read: rows[model],
    indexed: documents.size,
    dropped,
    failed: 0,
  })
}

/** Kills one worker after another while work is in progress, and starts another in its place. */
async function killWorkers(signal: AbortSignal): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    const before = await countLeases()
    await until('another lease', async () => (await countLeases()) > before, { signal })
    const place = random.integer(0, workers.length - 1)
    const victim = workers[place] as RunningProcess // one of three
    await victim.kill()
    dead.add(victim.pid)
    workers[place] = await startWorkerProcess(env())
  }
}

/** Number of leases so far: it grows while work is in progress. */
async function countLeases(): Promise<number> {
  const [row] = await harness.sql`select coalesce(sum(attempt), 0)::int as leases from ingestion.work_item`
  return Number(row?.['leases'])
}

/** Checks continuously that no task has more workers than allowed; leases of dead workers count until they expire. */
function watchWorkersPerTask() {
  const found: unknown[] = []
  let stopped = false
  const watching = (async () => {
    while (!stopped) {
      const tasks = await harness.sql<{ workers: string[] }[]>`
        select task_id, array_agg(worker) as workers from ingestion.work_item
        where done_at is null and lease_until > now() group by task_id having count(*) > ${workersPerTask}`
      const isAlive = (worker: string) => !dead.has(Number(worker.split(':')[1]))
      found.push(...tasks.filter((task) => task.workers.filter(isAlive).length > workersPerTask))
      await delay(50)
    }
  })()
  return {
    found,
    async stop() {
      stopped = true
      await watching
    },
  }
}
