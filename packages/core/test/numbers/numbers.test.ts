import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  runTask,
  TaskStateError,
  type SearchClient,
  type TaskContext,
  type TaskRecord,
} from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { death } from '../support/failing-calls.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { changeRow, changes, createRows, readTable, repairAll, type Change } from './catalog-changes.ts'

/** Each round takes some seconds. More of them, with another seed: `NUMBERS_ROUNDS=500 NUMBERS_SEED=7`. */
const numRuns = Number(process.env['NUMBERS_ROUNDS'] ?? 3)
const seed = Number(process.env['NUMBERS_SEED'] ?? 20_261_128)
const rows = 24

let harness: PromoteHarness
beforeAll(async () => {
  harness = await createPromoteHarness({
    settings: { rowsPerItem: 8, targetBodyLength: 600, leaseMs: 60_000, replicas: 0 },
  })
})
afterAll(() => harness.close())

const change = fc.record<Change>({
  kind: fc.constantFrom('refuse', 'refuse', ...changes),
  row: fc.integer({ min: 1, max: rows }),
})
const someChanges = fc.array(change, { maxLength: 6 })

/** Events of a run: rows change at some call to OpenSearch, and the worker dies at another one. */
const run = fc.record({
  kind: fc.constant('run' as const),
  changeAt: fc.nat(30),
  changes: someChanges,
  dieAt: fc.option(fc.nat(40), { nil: null }),
  workers: fc.integer({ min: 1, max: 2 }),
})
const step = fc.oneof(
  { weight: 4, arbitrary: run },
  fc.record({ kind: fc.constant('change' as const), changes: someChanges }),
  fc.record({ kind: fc.constantFrom('retry' as const, 'redrive' as const) }),
  fc.record({ kind: fc.constant('cancel' as const), keepIndex: fc.boolean() }),
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

const plan = fc.record({
  first: fc.array(change, { maxLength: 10 }),
  maxFailed: fc.constantFrom(0, 0, 3, 100),
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  last: someChanges,
})

test('the counts of a task equal those of the index and the table, despite changes, failures and crashes', async () => {
  let round = 0
  await fc.assert(
    fc.asyncProperty(plan, async ({ first, maxFailed, steps, last }) => {
      const suffix = `n${round++}`
      await createRows(harness, rows)
      await applyAll(first)
      const { id } = await harness.submit({ action: 'REINDEX', index_suffix: suffix, max_failed: maxFailed })
      for (const each of steps) {
        await take(each, id)
        await checkAtAnyMoment(id)
      }
      await succeed(id)
      // Rows that failed until now are written, dropped or deleted by a redrive of a finished index.
      await applyAll(last.filter(({ kind }) => kind !== 'insert' && kind !== 'refuse'))
      await succeed(id)
      await filter(suffix)
    }),
    { numRuns, seed, endOnFailure: true },
  )
})

async function applyAll(all: readonly Change[]): Promise<void> {
  for (const each of all) await changeRow(harness, each)
}

async function take(each: Step, id: string): Promise<void> {
  const { store } = harness.context
  switch (each.kind) {
    case 'change':
      return applyAll(each.changes)
    case 'retry':
      return unlessRefused(store.retry(id))
    case 'redrive':
      return unlessRefused(store.redrive(id))
    case 'cancel':
      return unlessRefused(store.cancel(id, { keepIndex: each.keepIndex }))
    case 'run':
      await Promise.all(Array.from({ length: each.workers }, () => runOnce(each, id)))
  }
}

async function unlessRefused(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => expect(error).toBeInstanceOf(TaskStateError))
}

/** Runs a task to its end, or until its worker dies and cleans up nothing. */
async function runOnce(
  { changeAt, changes: changing, dieAt }: Extract<Step, { kind: 'run' }>,
  id: string,
): Promise<void> {
  const dying = new AbortController()
  let call = 0
  const search = interceptCalls(harness.search, async (_, proceed) => {
    const at = call++
    if (at === changeAt) await applyAll(changing)
    if (at !== dieAt) return proceed()
    // It is written, but that is never saved.
    await proceed()
    dying.abort()
    throw await death(harness, id)
  })
  await runTask(contextOf(search), id, { signal: dying.signal })
}

function contextOf(search: SearchClient): TaskContext {
  return { ...harness.context, search }
}

/** Holds for every task, active or ended. */
async function checkAtAnyMoment(id: string): Promise<TaskRecord> {
  const { store } = harness.context
  const task = await store.get(id)
  if (!task) throw new Error(`task ${id} is lost`)
  const { read, indexed, dropped, failed } = task.counts
  expect(read).toBe(indexed + dropped.deleted + dropped.removed_from_source + failed)
  expect(
    Math.min(read, indexed, dropped.deleted, dropped.removed_from_source, failed),
  ).toBeGreaterThanOrEqual(0)
  expect(failed, 'failed documents').toBe(await store.countFailedDocuments(id))
  expect(task.catchUp.failed).toBe(0)
  return task
}

/** Retries a task or redrives its failed documents until it has succeeded, and compares all counts. */
async function succeed(id: string): Promise<void> {
  const { store } = harness.context
  for (let attempt = 0; ; attempt++) {
    const task = await runToEnd(harness.context, id)
    await checkAtAnyMoment(id)
    if (task.status === 'succeeded' && attempt > 0) break
    if (task.status === 'succeeded') {
      if (task.counts.failed === 0) break
      await store.redrive(id)
    } else {
      expect(task.error?.code ?? 'documents_failed').toBe('documents_failed')
      if (attempt > 0) await repairAll(harness)
      await store.retry(id)
    }
  }
  await checkSuccess(id)
}

async function checkSuccess(id: string): Promise<void> {
  const { store } = harness.context
  const { index, counts, documents } = await checkAtAnyMoment(id)
  await harness.search.indices.refresh({ index })
  const found = (await harness.search.count({ index })).body.count
  expect({ indexed: counts.indexed, documents }, index).toEqual({ indexed: found, documents: found })
  const { body } = await harness.search.indices.getSettings({ index })
  const record = await store.getIndex(String(body[index]?.settings?.index?.uuid))
  expect(record?.documents).toBe(found)
  expect(counts.failed).toBe(await store.countFailedDocuments(id))
}

/** The same for a filtered index. */
async function filter(suffix: string): Promise<void> {
  const source = await harness.search.count({ index: `${harness.model}-${suffix}` })
  const task = await harness.run({
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    destination_index_suffix: suffix,
    origin_index_suffix: suffix,
  })
  const left = (await harness.search.count({ index: task.index })).body.count
  expect(task).toMatchObject({
    status: 'succeeded',
    counts: {
      read: source.body.count,
      indexed: left,
      dropped: { deleted: 0, removed_from_source: 0 },
      failed: 0,
    },
    documents: left,
  })
  expect(task.counts.dropped.sensitive ?? 0).toBe(source.body.count - left)
  await harness.search.indices.delete({ index: `${harness.model}-${suffix}*` })
}

/** Rows of every state change to every other one between their load and the end. */
const changedWhileLoading: [Change[], Extract<Step, { kind: 'run' }>] = [
  [
    { kind: 'refuse', row: 1 },
    { kind: 'remove', row: 2 },
    { kind: 'delete', row: 3 },
  ],
  {
    kind: 'run',
    // Some documents of the load are written by then.
    changeAt: 7,
    changes: [
      { kind: 'repair', row: 1 },
      { kind: 'restore', row: 2 },
      { kind: 'remove', row: 4 },
      { kind: 'delete', row: 5 },
      { kind: 'refuse', row: 6 },
      { kind: 'insert', row: 7 },
    ],
    dieAt: null,
    workers: 1,
  },
]

test('if the table does not change at the end, the counts are those of its rows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), run, async (first, running) => {
      const suffix = `quiet-${crypto.randomUUID()}`
      await createRows(harness, rows)
      await applyAll(first)
      const { id } = await harness.submit({ action: 'REINDEX', index_suffix: suffix, max_failed: 100 })
      // The changes come during the load at the latest; afterwards the table does not change.
      await runOnce({ ...running, changeAt: running.changeAt % 8 }, id)
      const task = await runToEnd(harness.context, id)
      expect(task.status).toBe('succeeded')
      const table = await readTable(harness)
      expect(task.counts).toEqual({
        read: table.read,
        indexed: table.indexed,
        dropped: { deleted: table.deleted, removed_from_source: table.removed },
        failed: table.failed,
      })
      await checkSuccess(id)
      await harness.search.indices.delete({ index: `${harness.model}-${suffix}*` })
    }),
    { numRuns, seed, endOnFailure: true, examples: [changedWhileLoading] },
  )
})
