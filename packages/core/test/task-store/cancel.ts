import { beforeAll, describe, expect, it } from 'vitest'
import { LeaseLostError, TaskNotFoundError, TaskStateError } from '../../src/errors.ts'
import type { Lease, TaskStore } from '../../src/tasks/task-store.ts'
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
  outage,
  someError,
  startLoad,
  uniqueName,
  unknownId,
  type MakeStore,
} from './sample-task.ts'

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) as string

export function describeCancel(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  const endCancelling = (taskId: string) => advance(store, taskId, { kind: 'cancelled' })

  async function expectNoSay(lease: Lease): Promise<void> {
    const before = await getTask(store, lease.taskId)
    const tries = [
      store.saveProgress(lease, { checkpoint: 'late', counts: countsOf(1), failed: [failedRow('1')] }),
      store.completeItem(lease, 'late'),
      store.renew(lease, longLeaseMs),
      store.advance(lease, { kind: 'finished' }),
      store.fail(lease, someError),
      store.setWaiting(lease, outage),
    ]
    for (const attempt of await Promise.allSettled(tries)) {
      expect(attempt).toMatchObject({ status: 'rejected', reason: expect.any(LeaseLostError) as Error })
    }
    expect(await getTask(store, lease.taskId)).toEqual(before)
  }

  describe('cancel', () => {
    it('ends a task that never started immediately, and frees its names', async () => {
      const { id, index } = await store.create(newTask())
      expect(await store.cancel(id)).toMatchObject({
        status: 'cancelled',
        phase: 'planning',
        cancelRequestedAt: isoTime,
        finishedAt: isoTime,
        keepIndex: false,
      })
      expect(await store.findReservation(index)).toBeNull()
      expect(await store.claim(id, 'worker-1', longLeaseMs)).toMatchObject({ kind: 'ended' })
    })

    it('of a running task voids every lease, and the next worker to claim it cleans up', async () => {
      const { id, index, stage } = await startLoad(store, ['a', 'b'])
      const leases = [(await claim('item', store, id)).lease, (await claim('item', store, id)).lease]
      const cancelling = await store.cancel(id, { keepIndex: true })
      expect(cancelling).toMatchObject({
        status: 'running',
        phase: 'cancelling',
        stage: stage + 1,
        lastStage: stage + 1,
        cancelRequestedAt: isoTime,
        keepIndex: true,
        loadFinishedAt: isoTime,
        finishedAt: null,
      })
      for (const lease of leases) await expectNoSay(lease)
      expect(await store.findReservation(index)).toBe(id)

      const cleanup = await claim('advance', store, id)
      expect(cleanup).toMatchObject({ task: { phase: 'cancelling', keepIndex: true }, results: [] })
      expect(await store.advance(cleanup.lease, { kind: 'cancelled' })).toMatchObject({
        status: 'cancelled',
        error: null,
        result: null,
        finishedAt: isoTime,
      })
      expect(await store.findReservation(index)).toBeNull()
      for (const lease of leases) await expectNoSay(lease)
    })

    it('lets the cleanup begin only when the planner has released its lease', async () => {
      const { id } = await store.create(newTask())
      const planning = await claim('advance', store, id)
      await store.cancel(id)
      await expectNoSay(planning.lease)
      expect(await store.claim(id, 'worker-2', longLeaseMs)).toMatchObject({ kind: 'wait' })
      await store.release(planning.lease)
      const cleanup = await claim('advance', store, id)
      await store.release(planning.lease)
      await store.advance(cleanup.lease, { kind: 'cancelled' })
    })

    it('lets the cleanup begin when the lease of the planner has expired', async () => {
      const { id } = await store.create(newTask())
      const planning = await claim('advance', store, id, 1)
      await store.cancel(id)
      await claim('advance', store, id)
      await store.release(planning.lease)
      expect(await store.claim(id, 'worker-2', longLeaseMs)).toMatchObject({ kind: 'wait' })
    })

    it('changes nothing when requested again, and is refused for an ended task', async () => {
      const { id } = await startLoad(store, ['a'])
      const first = await store.cancel(id, { keepIndex: true })
      expect(await store.cancel(id, { keepIndex: false })).toEqual(first)
      await endCancelling(id)
      await expect(store.cancel(id)).rejects.toThrow(TaskStateError)
      await expect(store.cancel((await failedTask(store)).id)).rejects.toThrow(TaskStateError)
      await expect(store.cancel(unknownId)).rejects.toThrow(TaskNotFoundError)
      await expect(store.cancel('no-uuid')).rejects.toThrow(TaskNotFoundError)
    })

    it('is the only way to status cancelled', async () => {
      const { id } = await startLoad(store, [])
      const { lease } = await claim('advance', store, id)
      await expect(store.advance(lease, { kind: 'cancelled' })).rejects.toThrow(RangeError)
      expect(await getTask(store, id)).toMatchObject({ status: 'running', phase: 'loading' })
    })

    it('and an end at the same moment never both happen', async () => {
      for (let round = 0; round < 10; round++) {
        const { id } = await startLoad(store, [])
        const { lease } = await claim('advance', store, id)
        const end = round % 2 ? store.fail(lease, someError) : store.advance(lease, { kind: 'finished' })
        const [ended, cancelled] = await Promise.allSettled([end, store.cancel(id)])
        expect([ended.status, cancelled.status].toSorted()).toEqual(['fulfilled', 'rejected'])
        const { status } = await getTask(store, id)
        expect(status).toBe(cancelled.status === 'fulfilled' ? 'running' : round % 2 ? 'failed' : 'succeeded')
      }
    })

    it('of a task whose work turns out to be done lets it succeed', async () => {
      const { id } = await startLoad(store, [])
      await store.cancel(id)
      expect(await advance(store, id, { kind: 'finished', result: { alias: 'image' } })).toMatchObject({
        status: 'succeeded',
        result: { alias: 'image' },
      })
    })
  })

  describe('retry of a cancelled task', () => {
    it('starts over: with its initial state, and without its earlier results', async () => {
      const { id, stage, index } = await startLoad(store, ['a'], newTask({ state: { seen: 'uuid' } }))
      const { lease } = await claim('item', store, id)
      await store.saveProgress(lease, {
        checkpoint: 5,
        counts: countsOf(5, { failed: 1 }),
        catchUp: { indexed: 1, deleted: 0, failed: 0 },
        failed: [failedRow('5')],
      })
      await store.cancel(id, { keepIndex: true })
      await endCancelling(id)
      expect(await store.retry(id)).toMatchObject({
        status: 'queued',
        phase: 'planning',
        stage: stage + 2,
        lastStage: stage + 2,
        attempt: 2,
        state: { seen: 'uuid' },
        counts: countsOf(0),
        catchUp: { indexed: 0, deleted: 0, failed: 0 },
        planned: null,
        loadStartedAt: null,
        cancelRequestedAt: null,
        keepIndex: false,
        finishedAt: null,
      })
      expect(await store.countFailedDocuments(id)).toBe(0)
      expect(await store.rates(id)).toEqual([])
      expect(await store.findReservation(index)).toBe(id)
      await expectNoSay(lease)
      expect((await claim('advance', store, id)).results).toEqual([])
      expect((await store.items(id, { pageSize: 10 })).items).toEqual([])
    })

    it('works for a task that never started, and for one whose cleanup failed', async () => {
      const never = await store.create(newTask())
      await store.cancel(never.id)
      expect(await store.retry(never.id)).toMatchObject({ status: 'queued', attempt: 2 })

      const { id } = await startLoad(store, ['a'], newTask({ state: { made: 'with' } }))
      await store.cancel(id)
      await store.fail((await claim('advance', store, id)).lease, someError)
      expect(await store.retry(id)).toMatchObject({
        status: 'queued',
        phase: 'planning',
        state: { made: 'with' },
      })
    })

    it('can be cancelled before it has started again, and is then cleaned up', async () => {
      const { id } = await failedTask(store)
      await store.retry(id)
      expect(await store.cancel(id)).toMatchObject({ status: 'queued', phase: 'cancelling' })
      expect(await endCancelling(id)).toMatchObject({ status: 'cancelled' })
    })
  })

  describe('redrive', () => {
    async function succeededTask(failed: readonly string[], overrides = {}): Promise<string> {
      const { id } = await startLoad(store, ['a'], newTask(overrides))
      const { lease } = await claim('item', store, id)
      await store.saveProgress(lease, { checkpoint: 1, failed: failed.map((row) => failedRow(row)) })
      await store.completeItem(lease, null)
      await advance(store, id, { kind: 'finished', state: { uuid: 'x' } })
      return id
    }

    it('queues a REINDEX that succeeded with failed documents again, for these only', async () => {
      const index = uniqueName()
      const id = await succeededTask(['3'], { index })
      const before = await getTask(store, id)
      expect(await store.redrive(id)).toEqual({
        ...before,
        status: 'queued',
        phase: 'redriving',
        stage: before.lastStage + 1,
        lastStage: before.lastStage + 1,
        attempt: 2,
        finishedAt: null,
      })
      expect(await store.findReservation(index)).toBe(id)
      await expect(store.redrive(id)).rejects.toThrow(TaskStateError)
      expect(await claim('advance', store, id)).toMatchObject({ task: { phase: 'redriving' }, results: [] })
    })

    it('that failed is retried as a redrive: it never plans a new index', async () => {
      const id = await succeededTask(['3'])
      await store.redrive(id)
      await store.fail((await claim('advance', store, id)).lease, someError)
      expect(await store.retry(id)).toMatchObject({ phase: 'redriving', state: { uuid: 'x' } })
    })

    it('of a failed task is a retry, and is refused if nothing failed', async () => {
      const failed = await failedTask(store)
      expect(await store.redrive(failed.id)).toMatchObject({ status: 'queued', phase: 'planning' })
      await expect(store.redrive(await succeededTask([]))).rejects.toThrow(TaskStateError)
      const other = await succeededTask(['3'], { action: 'DELETE_INDEX' })
      await expect(store.redrive(other)).rejects.toThrow(TaskStateError)
      await expect(store.redrive(unknownId)).rejects.toThrow(TaskNotFoundError)
      const running = await startLoad(store, ['a'])
      await expect(store.redrive(running.id)).rejects.toThrow(TaskStateError)
    })
  })

  it('gives every phase its own number over cancels and retries', async () => {
    const { id } = await store.create(newTask())
    const stages: number[] = []
    for (let round = 0; round < 3; round++) {
      stages.push((await claim('advance', store, id)).lease.stage)
      await store.cancel(id)
      const cleanup = await store.claim(id, 'worker-2', longLeaseMs)
      expect(cleanup).toMatchObject({ kind: 'wait' })
      // The planner is gone: its attempt is derived from its lease, which counts over all phases.
      await store.release({ taskId: id, stage: 0, ordinal: null, attempt: 2 * round + 1 })
      stages.push((await endCancelling(id)).stage)
      await store.retry(id)
    }
    expect(stages).toEqual([0, 1, 2, 3, 4, 5])
    await advance(store, id, loadOf(['a']))
    expect((await claim('item', store, id)).lease).toMatchObject({ stage: 7 })
  })
}
