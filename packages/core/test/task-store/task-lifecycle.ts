import { beforeAll, describe, expect, it } from 'vitest'
import { IndexBusyError, TaskNotFoundError, TaskStateError } from '../../src/errors.ts'
import type { Json, TaskStore, VerifiedIndex } from '../../src/tasks/task-store.ts'
import {
  advance,
  claim,
  countsOf,
  failedRow,
  failedTask,
  getTask,
  loadOf,
  longLeaseMs,
  newTask,
  someError,
  startLoad,
  uniqueName,
  unknownId,
  type MakeStore,
} from './sample-task.ts'

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) as string

export function describeTaskLifecycle(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  describe('create', () => {
    it('stores a queued task without progress', async () => {
      const task = newTask({
        request: { model: 'image', action: 'REINDEX', index_suffix: 'a', max_failed: 3 },
        requestedBy: 'ada',
        requestId: 'request-1',
      })
      const created = await store.create(task)
      expect(created).toEqual({
        id: expect.stringMatching(
          /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
        ) as string,
        model: 'image',
        action: 'REINDEX',
        request: task.request,
        status: 'queued',
        phase: 'planning',
        stage: 0,
        lastStage: 0,
        index: task.index,
        state: {},
        counts: countsOf(0),
        catchUp: { indexed: 0, deleted: 0, failed: 0 },
        leftOut: {},
        documents: null,
        planned: null,
        attempt: 1,
        waiting: null,
        limits: { documentsPerSecond: null, inFlight: null },
        boundBy: null,
        error: null,
        result: null,
        requestedBy: 'ada',
        requestId: 'request-1',
        callbackUrl: null,
        asOf: null,
        createdAt: isoTime,
        startedAt: null,
        loadStartedAt: null,
        loadFinishedAt: null,
        cancelRequestedAt: null,
        keepIndex: false,
        finishedAt: null,
      })
      expect(await store.get(created.id)).toEqual(created)
    })

    it('is the only way to a task: unknown ids return null', async () => {
      expect(await store.get(unknownId)).toBeNull()
      expect(await store.get('no-uuid')).toBeNull()
      expect(await store.findReservation(uniqueName())).toBeNull()
      expect(await store.getIndex(uniqueName())).toBeNull()
    })

    it('reserves all names of a task, or none, and names the conflicting task', async () => {
      const [a, b, c, d] = [uniqueName(), uniqueName(), uniqueName(), uniqueName()]
      const model = uniqueName()
      const first = await store.create(newTask({ model, index: a, reserve: [b, a, b] }))
      const second = newTask({ model, index: c, reserve: [d, b, c] })
      await expect(store.create(second)).rejects.toThrow(new IndexBusyError(b, first.id))
      expect(await Promise.all([a, b, c, d].map((name) => store.findReservation(name)))).toEqual([
        first.id,
        first.id,
        null,
        null,
      ])
      expect((await store.list({ model, pageSize: 10 })).tasks).toEqual([first])
    })

    it('lets exactly one of many tasks reserve a name', async () => {
      const shared = [uniqueName(), uniqueName(), uniqueName()]
      const wanted = Array.from({ length: 12 }, (_, n) =>
        newTask({ reserve: n % 2 ? shared : shared.toReversed() }),
      )
      const outcomes = await Promise.allSettled(wanted.map((task) => store.create(task)))
      const created = outcomes.flatMap((outcome) =>
        outcome.status === 'fulfilled' ? [outcome.value.id] : [],
      )
      expect(created).toHaveLength(1)
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') {
          expect(outcome.reason).toMatchObject({ code: 'index_busy', details: { task_id: created[0] } })
        }
      }
    })

    it('frees the names when the task ends, with any status', async () => {
      const index = uniqueName()
      const finished = await store.create(newTask({ index }))
      await advance(store, finished.id, { kind: 'finished' })
      const failed = await failedTask(store, newTask({ index }))
      const failedAtItem = await startLoad(store, ['a'], newTask({ index }))
      expect(await store.findReservation(index)).toBe(failedAtItem.id)
      await store.fail((await claim('item', store, failedAtItem.id)).lease, someError)
      expect(await store.findReservation(index)).toBeNull()
      expect(new Set([finished.id, failed.id, failedAtItem.id]).size).toBe(3)
    })
  })

  describe('advance', () => {
    it('enters a phase with its own number and the plan', async () => {
      const { id } = await store.create(newTask())
      const asOf = '2026-01-01T00:00:00.123456Z'
      const loading = await advance(store, id, loadOf(['a'], { state: { uuid: 'x' }, planned: 7, asOf }))
      expect(loading).toMatchObject({
        phase: 'loading',
        stage: 1,
        lastStage: 1,
        planned: 7,
        asOf,
        state: { uuid: 'x' },
      })
      expect(loading).toMatchObject({ status: 'running', loadStartedAt: isoTime, loadFinishedAt: null })
      await store.completeItem((await claim('item', store, id)).lease, null)

      const verifying = await advance(store, id, loadOf(['b'], { phase: 'verifying' }))
      expect(verifying).toMatchObject({
        phase: 'verifying',
        stage: 2,
        planned: 7,
        asOf,
        state: { uuid: 'x' },
      })
      expect(verifying).toMatchObject({ loadStartedAt: loading.loadStartedAt, loadFinishedAt: isoTime })
      expect(await getTask(store, id)).toEqual(verifying)
    })

    it('plans thousands of items at once', async () => {
      const payloads = Array.from({ length: 2_500 }, (_, ordinal) => ({ ordinal }))
      const { id } = await startLoad(store, payloads)
      const claimed = await Promise.all(
        Array.from({ length: 3 }, () => store.claim(id, 'worker-1', longLeaseMs)),
      )
      expect(new Set(claimed.map((each) => (each.kind === 'item' ? each.item.ordinal : -1)))).toEqual(
        new Set([0, 1, 2]),
      )
      expect(claimed[0]).toMatchObject({
        kind: 'item',
        item: { payload: { ordinal: expect.any(Number) as number } },
      })
    })

    it('finishes a task and records the verified index', async () => {
      const { id, index } = await startLoad(store, [])
      const verified: VerifiedIndex = {
        uuid: uniqueName(),
        name: index,
        documents: 5,
        asOf: '2026-01-01T00:00:00.5Z',
      }
      const finished = await advance(store, id, { kind: 'finished', verified })
      expect(finished).toMatchObject({
        status: 'succeeded',
        phase: 'done',
        error: null,
        finishedAt: isoTime,
        loadFinishedAt: isoTime,
      })
      expect(await store.getIndex(verified.uuid)).toEqual({
        ...verified,
        filteredFrom: null,
        termsHash: null,
        mark: null,
        model: 'image',
        taskId: id,
        verifiedAt: isoTime,
      })

      const again = await store.create(newTask({ model: 'audio', index }))
      await advance(store, again.id, {
        kind: 'finished',
        verified: { ...verified, documents: 6, asOf: null },
      })
      expect(await store.getIndex(verified.uuid)).toMatchObject({
        documents: 6,
        asOf: null,
        taskId: again.id,
      })
    })

    it('ends a task as failed in its current phase, with the reason', async () => {
      const { id } = await startLoad(store, [])
      const failed = await advance(store, id, { kind: 'failed', error: { ...someError, ids: ['1'] } })
      expect(failed).toMatchObject({
        status: 'failed',
        phase: 'loading',
        error: { ...someError, ids: ['1'] },
      })
      expect(failed).toMatchObject({ finishedAt: isoTime, loadFinishedAt: isoTime })
    })

    it('starts over without counts, failed documents and earlier items', async () => {
      const { id, loadStartedAt } = await startLoad(store, ['a', 'b'])
      for (const row of ['1', '2']) {
        const { lease } = await claim('item', store, id)
        await store.saveProgress(lease, {
          checkpoint: 9,
          counts: countsOf(2, { failed: 1 }),
          catchUp: { indexed: 1, deleted: 2, failed: 3 },
          failed: [failedRow(row)],
        })
        await store.completeItem(lease, null)
      }
      const again = await advance(store, id, loadOf(['c'], { reset: true, state: { second: true } }))
      expect(again).toMatchObject({
        stage: 2,
        counts: countsOf(0),
        catchUp: { indexed: 0, deleted: 0, failed: 0 },
        leftOut: {},
        planned: null,
        asOf: null,
        state: { second: true },
        loadFinishedAt: null,
      })
      expect(Date.parse(again.loadStartedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(loadStartedAt ?? ''))
      expect(await store.countFailedDocuments(id)).toBe(0)
      const only = await claim('item', store, id)
      expect(only.item).toEqual({ ordinal: 0, payload: 'c', checkpoint: null })
      await store.completeItem(only.lease, null)
      await advance(store, id, { ...loadOf([]), items: { fromStage: 1 } })
      expect(await claim('advance', store, id)).toMatchObject({ lease: { stage: 1 }, results: [] })
    })

    it('refuses to go back to a phase that never existed, or to items that it removes', async () => {
      const { id, stage } = await startLoad(store, [])
      const { lease } = await claim('advance', store, id)
      for (const fromStage of [stage + 1, -1, 0.5]) {
        await expect(store.advance(lease, { ...loadOf([]), items: { fromStage } })).rejects.toThrow(
          RangeError,
        )
      }
      const items = { fromStage: stage }
      await expect(store.advance(lease, { ...loadOf([]), items, reset: true })).rejects.toThrow(RangeError)
      expect(await getTask(store, id)).toMatchObject({ stage, phase: 'loading' })
    })
  })

  describe('retry', () => {
    it('queues a failed task again, keeping its progress', async () => {
      const { id, stage, index } = await startLoad(store, ['a', 'b', 'c'])
      const done = await claim('item', store, id)
      await store.completeItem(done.lease, 'result of a')
      const half = await claim('item', store, id)
      await store.saveProgress(half.lease, {
        checkpoint: { after: 5 },
        counts: countsOf(5, { failed: 1 }),
        failed: [failedRow('5')],
      })
      await store.fail(half.lease, someError)
      const failed = await getTask(store, id)

      const retried = await store.retry(id)
      expect(retried).toEqual({
        ...failed,
        status: 'queued',
        phase: 'planning',
        stage: stage + 1,
        lastStage: stage + 1,
        attempt: 2,
        error: null,
        finishedAt: null,
        waiting: null,
      })
      expect(await store.findReservation(index)).toBe(id)
      expect(await store.countFailedDocuments(id)).toBe(1)

      const planning = await claim('advance', store, id)
      expect(planning).toMatchObject({
        task: { status: 'running', startedAt: failed.startedAt },
        results: [],
      })
      const loading = await store.advance(planning.lease, { ...loadOf([]), items: { fromStage: stage } })
      expect(loading).toMatchObject({
        stage,
        lastStage: stage + 1,
        loadStartedAt: failed.loadStartedAt,
        loadFinishedAt: null,
      })
      expect(await claim('item', store, id)).toMatchObject({
        lease: { stage, ordinal: 1, attempt: 2 },
        item: { payload: 'b', checkpoint: { after: 5 } },
      })
      await store.completeItem((await claim('item', store, id)).lease, 'result of c')
      expect(await getTask(store, id)).toMatchObject({ counts: countsOf(5, { failed: 1 }) })
    })

    it('gives every new phase a number that no phase had before', async () => {
      const { id, stage } = await startLoad(store, [])
      await advance(store, id, { kind: 'failed', error: someError })
      await store.retry(id)
      await advance(store, id, { ...loadOf([]), items: { fromStage: stage } })
      const next = await advance(store, id, loadOf(['x'], { phase: 'catching_up' }))
      expect(next).toMatchObject({ stage: stage + 2, lastStage: stage + 2 })
      expect(await claim('item', store, id)).toMatchObject({ item: { payload: 'x', checkpoint: null } })
    })

    it('refuses a task that has not failed', async () => {
      const { id } = await store.create(newTask())
      await expect(store.retry(id)).rejects.toThrow(TaskStateError)
      await claim('advance', store, id)
      await expect(store.retry(id)).rejects.toThrow(TaskStateError)
      const finished = await store.create(newTask())
      await advance(store, finished.id, { kind: 'finished' })
      await expect(store.retry(finished.id)).rejects.toThrow(TaskStateError)
      await expect(store.retry(unknownId)).rejects.toThrow(TaskNotFoundError)
      await expect(store.retry('no-uuid')).rejects.toThrow(TaskNotFoundError)
    })

    it('refuses while another task has one of the names, and leaves the task failed', async () => {
      const [index, other] = [uniqueName(), uniqueName()]
      const failed = await failedTask(store, newTask({ index, reserve: [index, other] }))
      const blocking = await store.create(newTask({ index: other }))
      await expect(store.retry(failed.id)).rejects.toThrow(new IndexBusyError(other, blocking.id))
      expect(await store.get(failed.id)).toEqual(failed)
      expect(await store.findReservation(index)).toBeNull()
      await advance(store, blocking.id, { kind: 'finished' })
      expect(await store.retry(failed.id)).toMatchObject({ status: 'queued' })
    })
  })

  it('keeps every JSON value unchanged: payload, checkpoint, result, state', async () => {
    const values: Json[] = [
      null,
      false,
      0,
      1.5e300,
      '',
      'text',
      '"quoted"',
      '{"a":1}',
      'null',
      '17',
      '\0 and \ud800 alone',
      ['a', ['b', '[]']],
      { b: 1, a: { '': '{}' }, ключ: '😀' },
    ]
    const { id } = await store.create(newTask())
    await advance(store, id, loadOf(values, { state: { values } }))
    for (const value of values) {
      const first = await claim('item', store, id)
      await store.saveProgress(first.lease, { checkpoint: value })
      await store.release(first.lease)
      const second = await claim('item', store, id)
      expect(second.item).toEqual({ ordinal: first.item.ordinal, payload: value, checkpoint: value })
      await store.completeItem(second.lease, value)
    }
    const planning = await claim('advance', store, id)
    expect(planning.results).toEqual(values)
    expect(JSON.stringify(planning.task.state)).toBe(JSON.stringify({ values }))
  })
}
