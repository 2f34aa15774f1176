import { errors } from '@opensearch-project/opensearch'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runTask, submitTask, type TaskContext, type TaskRecord } from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { waitForTask } from '../support/wait-for-task.ts'

let harness: PromoteHarness
beforeEach(async () => {
  harness = await createPromoteHarness()
})
afterEach(() => harness.close())

/** OpenSearch's responses when a snapshot reads the index, the disk is full, or an internal error occurs. */
const responses = {
  snapshot: [
    400,
    'snapshot_in_progress_exception',
    'Cannot delete indices that are being snapshotted: [[a]]',
  ],
  full: [
    403,
    'cluster_block_exception',
    'index [] blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];',
  ],
  broken: [500, 'null_pointer_exception', 'Cannot invoke "Object.hashCode()"'],
  late: [503, 'process_cluster_event_timeout_exception', 'failed to process cluster event within 30s'],
} as const

/** OpenSearch responds to a call with this for as long as `lasts` returns true. */
function respondingTo(call: string, response: keyof typeof responses, lasts: () => boolean): TaskContext {
  const [status, type, reason] = responses[response]
  const body = { error: { root_cause: [{ type, reason }], type, reason }, status }
  const search = interceptCalls(harness.search, async (name, proceed) => {
    if (name !== call || !lasts()) return proceed()
    throw new errors.ResponseError({
      statusCode: status,
      body,
      headers: {},
      warnings: null,
      meta: {} as never,
    })
  })
  return { ...harness.context, search }
}

const times = (count: number) => () => count-- > 0
const waitFor = (task: TaskRecord, wanted: (task: TaskRecord) => boolean) =>
  waitForTask(harness.context.store, task.id, wanted)

test.each([
  ['indices.create', 'full'],
  ['indices.create', 'late'],
  ['indices.updateAliases', 'late'],
  ['indices.addBlock', 'broken'],
  ['search', 'broken'],
] as const)('a REINDEX continues after a temporary error of %s (%s)', async (call, response) => {
  const context = respondingTo(call, response, times(2))
  await harness.sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source)
    select id, gen_random_uuid(), 'a picture', 'https://example.org/' || id, '{}', '[]', false
    from generate_series(1, 20) id`
  const task = await harness.run({ action: 'REINDEX', index_suffix: 'a' }, context)
  expect(task).toMatchObject({ status: 'succeeded', error: null, counts: { read: 20, indexed: 20 } })
  const events = await harness.context.store.events({ taskId: task.id, limit: 100 })
  expect(JSON.stringify(events.find(({ type }) => type === 'waiting')?.data)).toContain(
    responses[response][1],
  )
})

test('a DELETE_INDEX waits for a snapshot in progress, and the task shows it', async () => {
  await harness.build('a')
  let isRead = true
  const context = respondingTo('indices.delete', 'snapshot', () => isRead)
  const task = await harness.submit({ action: 'DELETE_INDEX', index_suffix: 'a' })
  const ended = runToEnd(context, task.id)
  const { waiting } = await waitFor(task, (seen) => seen.waiting !== null)
  expect(waiting?.reason).toContain(responses.snapshot[2])
  isRead = false
  expect(await ended).toMatchObject({ status: 'succeeded', error: null, waiting: null })
  expect((await harness.search.indices.exists({ index: task.index })).body).toBe(false)
})

test('a cancel waits for a snapshot without a limit, and leaves no partial index', async () => {
  let isRead = true
  const context = respondingTo('indices.delete', 'snapshot', () => isRead)
  const impatient = { ...context, settings: { ...context.settings, outageTimeoutMs: 1 } }
  const task = await submitTask(context, { model: harness.model, action: 'REINDEX', index_suffix: 'a' })
  // The index exists, and the task makes no progress.
  const stuck = respondingTo('search', 'late', () => true)
  const stopping = new AbortController()
  const running = runTask(stuck, task.id, { signal: stopping.signal })
  await waitFor(task, (seen) => seen.waiting !== null)
  stopping.abort()
  await running
  await harness.context.store.cancel(task.id)
  const ended = runToEnd(impatient, task.id)
  const first = await waitFor(task, ({ phase, waiting }) => phase === 'cancelling' && waiting !== null)
  await waitFor(task, ({ waiting }) => waiting?.next_attempt_at !== first.waiting?.next_attempt_at)
  isRead = false
  expect(await ended).toMatchObject({ status: 'cancelled', error: null })
  expect((await harness.search.indices.exists({ index: task.index })).body).toBe(false)
})
