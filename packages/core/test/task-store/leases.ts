import { beforeAll, describe, expect, it } from 'vitest'
import { LeaseLostError, TaskNotFoundError } from '../../src/errors.ts'
import type { Lease, TaskStore } from '../../src/tasks/task-store.ts'
import {
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
  unknownId,
  type MakeStore,
} from './sample-task.ts'

/** All operations that need a lease on an item. */
const uses: [string, (store: TaskStore, lease: Lease) => Promise<unknown>][] = [
  ['saveProgress', (store, lease) => store.saveProgress(lease, { checkpoint: 'late', counts: countsOf(1) })],
  ['completeItem', (store, lease) => store.completeItem(lease, 'late')],
  ['renew', (store, lease) => store.renew(lease, longLeaseMs)],
  ['setWaiting', (store, lease) => store.setWaiting(lease, outage)],
  ['fail', (store, lease) => store.fail(lease, someError)],
]

const planningUses: typeof uses = [
  ['advance', (store, lease) => store.advance(lease, loadOf(['late']))],
  ...uses.filter(([name]) => ['renew', 'setWaiting', 'fail'].includes(name)),
]

export function describeLeases(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  async function expectLost(lease: Lease, tried: typeof uses): Promise<void> {
    const before = await getTask(store, lease.taskId)
    for (const [name, use] of tried) {
      await expect(use(store, lease), name).rejects.toThrow(LeaseLostError)
    }
    await store.release(lease)
    expect(await getTask(store, lease.taskId)).toEqual(before)
  }

  describe('claim', () => {
    it('gives the planning of a new task to the first worker, and sets the task running', async () => {
      const { id } = await store.create(newTask())
      const claimed = await claim('advance', store, id)
      expect(claimed).toMatchObject({
        task: {
          id,
          status: 'running',
          phase: 'planning',
          stage: 0,
          startedAt: expect.stringMatching(/Z$/) as string,
        },
        lease: { taskId: id, stage: 0, ordinal: null, attempt: 1 },
        results: [],
      })
      expect(await getTask(store, id)).toEqual(claimed.task)
    })

    it('gives each item to one worker, in order, with its payload', async () => {
      const { id, stage } = await startLoad(store, [{ from: 1 }, { from: 2 }])
      expect(await claim('item', store, id)).toMatchObject({
        task: { id, status: 'running', phase: 'loading' },
        lease: { taskId: id, stage, ordinal: 0, attempt: 1 },
        item: { ordinal: 0, payload: { from: 1 }, checkpoint: null },
      })
      expect(await claim('item', store, id)).toMatchObject({
        lease: { taskId: id, stage, ordinal: 1, attempt: 1 },
        item: { ordinal: 1, payload: { from: 2 }, checkpoint: null },
      })
    })

    it('returns how long to wait while others hold every open item', async () => {
      const { id } = await startLoad(store, [1, 2, 3])
      await store.completeItem((await claim('item', store, id)).lease, null)
      await claim('item', store, id, 2 * longLeaseMs)
      await claim('item', store, id, longLeaseMs)
      const claimed = await store.claim(id, 'worker-2', longLeaseMs)
      const { forMs } = claimed.kind === 'wait' ? claimed : { forMs: 0 }
      expect(forMs).toBeGreaterThan(longLeaseMs / 2)
      expect(forMs).toBeLessThanOrEqual(longLeaseMs)
    })

    it('returns how long to wait while another worker plans', async () => {
      const { id } = await store.create(newTask())
      await claim('advance', store, id, longLeaseMs)
      const claimed = await store.claim(id, 'worker-2', longLeaseMs)
      const { forMs } = claimed.kind === 'wait' ? claimed : { forMs: 0 }
      expect(forMs).toBeGreaterThan(longLeaseMs / 2)
      expect(forMs).toBeLessThanOrEqual(longLeaseMs)
    })

    it('never returns a wait of less than 50 ms', async () => {
      const { id } = await startLoad(store, [1])
      // On a slow machine the short lease may have expired before the next claim, which then takes it.
      let claimed = await store.claim(id, 'worker-1', 45)
      while (claimed.kind === 'item') claimed = await store.claim(id, 'worker-1', 45)
      expect(claimed).toEqual({ kind: 'wait', forMs: 50 })
    })

    it('gives the planning of the next phase, with all results by ordinal, only when every item is done', async () => {
      const { id, stage } = await startLoad(store, ['a', 'b', 'c'])
      const leases = [
        (await claim('item', store, id)).lease,
        (await claim('item', store, id)).lease,
        (await claim('item', store, id)).lease,
      ] as const
      await store.completeItem(leases[2], { rows: 3 })
      await store.completeItem(leases[0], 'first')
      expect(await store.claim(id, 'worker-2', longLeaseMs)).toMatchObject({ kind: 'wait' })
      await store.completeItem(leases[1], null)
      expect(await claim('advance', store, id)).toMatchObject({
        lease: { stage, ordinal: null },
        results: ['first', null, { rows: 3 }],
      })
    })

    it('gives the planning immediately after a phase without items', async () => {
      const { id, stage } = await startLoad(store, [])
      expect(await claim('advance', store, id)).toMatchObject({
        lease: { stage, ordinal: null },
        results: [],
      })
    })

    it('reports that a task has ended', async () => {
      const task = await failedTask(store)
      expect(await store.claim(task.id, 'worker-2', longLeaseMs)).toEqual({ kind: 'ended', task })
    })

    it('refuses an unknown or invalid task id', async () => {
      await expect(store.claim(unknownId, 'worker-1', longLeaseMs)).rejects.toThrow(TaskNotFoundError)
      await expect(store.claim('no-uuid', 'worker-1', longLeaseMs)).rejects.toThrow(TaskNotFoundError)
    })
  })

  describe('a lease', () => {
    it("on an item that has expired is taken over from the checkpoint, and its first holder can't write any more", async () => {
      const { id } = await startLoad(store, ['a'])
      const first = await claim('item', store, id, 1)
      await store.saveProgress(first.lease, { checkpoint: { after: 7 }, counts: countsOf(7, { deleted: 1 }) })
      const second = await claim('item', store, id, longLeaseMs, 'worker-2')
      expect(second.lease).toEqual({ ...first.lease, attempt: 2 })
      expect(second.item).toEqual({ ordinal: 0, payload: 'a', checkpoint: { after: 7 } })

      await expectLost(first.lease, uses)
      await store.saveProgress(second.lease, { checkpoint: { after: 8 }, counts: countsOf(1) })
      expect(await getTask(store, id)).toMatchObject({ counts: countsOf(8, { deleted: 1 }) })
    })

    it("on planning that has expired is taken over, and its first holder can't write any more", async () => {
      const { id } = await store.create(newTask())
      const first = await claim('advance', store, id, 1)
      const second = await claim('advance', store, id, longLeaseMs, 'worker-2')
      expect(second.lease).toEqual({ ...first.lease, attempt: 2 })
      await expectLost(first.lease, planningUses)
      expect(await store.advance(second.lease, loadOf(['a']))).toMatchObject({ phase: 'loading' })
    })

    it('that has expired is still held until another worker takes it over', async () => {
      const { id } = await startLoad(store, ['a'])
      const { lease } = await claim('item', store, id, 0)
      await store.saveProgress(lease, { checkpoint: 1 })
      await store.renew(lease, longLeaseMs)
      expect(await store.claim(id, 'worker-2', longLeaseMs)).toMatchObject({ kind: 'wait' })
      await store.completeItem(lease, null)
    })

    it('is extended by renewing it', async () => {
      const { id } = await startLoad(store, ['a'])
      const item = await claim('item', store, id, 0)
      await store.renew(item.lease, longLeaseMs)
      expect(await store.claim(id, 'worker-2', longLeaseMs)).toMatchObject({ kind: 'wait' })

      const planned = await store.create(newTask())
      const planning = await claim('advance', store, planned.id, 0)
      await store.renew(planning.lease, longLeaseMs)
      expect(await store.claim(planned.id, 'worker-2', longLeaseMs)).toMatchObject({ kind: 'wait' })
    })

    it("on an item that was returned is free immediately, and its first holder can't write any more", async () => {
      const { id } = await startLoad(store, ['a'])
      const first = await claim('item', store, id)
      await store.saveProgress(first.lease, { checkpoint: 5 })
      await store.release(first.lease)
      await expectLost(first.lease, uses)
      expect(await store.claim(id, 'worker-2', longLeaseMs)).toMatchObject({
        kind: 'item',
        lease: { ...first.lease, attempt: 2 },
        item: { checkpoint: 5 },
      })
      await expectLost(first.lease, uses)
    })

    it("on planning that was returned is free immediately, and its first holder can't write any more", async () => {
      const { id } = await store.create(newTask())
      const first = await claim('advance', store, id)
      await store.release(first.lease)
      await expectLost(first.lease, planningUses)
      expect(await store.claim(id, 'worker-2', longLeaseMs)).toMatchObject({
        kind: 'advance',
        lease: { ...first.lease, attempt: 2 },
      })
    })

    it('on an item ends when the item is done', async () => {
      const { id } = await startLoad(store, ['a', 'b'])
      const { lease } = await claim('item', store, id)
      await store.completeItem(lease, null)
      await expectLost(lease, uses)
    })

    it('ends when the task has ended', async () => {
      const { id } = await startLoad(store, ['a', 'b'])
      const one = await claim('item', store, id)
      const other = await claim('item', store, id)
      await store.fail(one.lease, someError)
      await expectLost(one.lease, uses)
      await expectLost(other.lease, uses)
    })

    it('on planning ends when the phase has ended', async () => {
      const { id } = await store.create(newTask())
      const { lease } = await claim('advance', store, id)
      await store.advance(lease, loadOf(['a']))
      await expectLost(lease, planningUses)
    })

    it('on an item ends when the task is retried, even if it continues with the same items', async () => {
      const { id, stage } = await startLoad(store, ['a'])
      const { lease } = await claim('item', store, id)
      await store.fail(lease, someError)
      await store.retry(id)
      await expectLost(lease, uses)
      const planning = await claim('advance', store, id)
      await expectLost(lease, uses)
      await store.advance(planning.lease, { ...loadOf([]), items: { fromStage: stage } })
      await expectLost(lease, uses)
      expect(await claim('item', store, id)).toMatchObject({ lease: { ...lease, attempt: 2 } })
      await expectLost(lease, uses)
    })

    it('on planning does not allow writes of an item, and vice versa', async () => {
      const { id } = await store.create(newTask())
      const planning = await claim('advance', store, id)
      await expect(store.saveProgress(planning.lease, { checkpoint: 1 })).rejects.toThrow(LeaseLostError)
      await expect(store.completeItem(planning.lease, 1)).rejects.toThrow(LeaseLostError)

      await store.advance(planning.lease, loadOf(['a']))
      const item = await claim('item', store, id)
      await expect(store.advance(item.lease, loadOf(['b']))).rejects.toThrow(LeaseLostError)
    })

    it('that no store has issued is not held', async () => {
      const lease = { taskId: 'no-uuid', stage: 0, ordinal: 0, attempt: 1 }
      for (const [name, use] of uses) await expect(use(store, lease), name).rejects.toThrow(LeaseLostError)
      const { id, stage } = await startLoad(store, ['a'])
      await expectLost({ taskId: id, stage, ordinal: 7, attempt: 0 }, uses)
      await expectLost({ taskId: id, stage, ordinal: 0, attempt: 0 }, uses)
    })

    it('whose checkpoint is refused saves nothing of it: no counts, no failed documents', async () => {
      const { id } = await startLoad(store, ['a'])
      const first = await claim('item', store, id, 0)
      const second = await claim('item', store, id)
      await store.saveProgress(second.lease, {
        checkpoint: 1,
        counts: countsOf(1, { failed: 1 }),
        failed: [failedRow('1')],
      })
      const late = {
        checkpoint: 0,
        counts: countsOf(1, { failed: 1 }),
        failed: [failedRow('2')],
        resolved: ['1'],
      }
      await expect(store.saveProgress(first.lease, late)).rejects.toThrow(LeaseLostError)
      expect(await getTask(store, id)).toMatchObject({ counts: countsOf(1, { failed: 1 }) })
      expect(await store.failedDocuments(id, { limit: 10, resolved: true })).toMatchObject([
        { id: '1', resolved_at: null },
      ])
    })

    it('lets its holder record what the task waits for', async () => {
      const { id } = await startLoad(store, ['a'])
      const { lease } = await claim('item', store, id)
      await store.setWaiting(lease, outage)
      const { waiting } = await getTask(store, id)
      expect(waiting).toMatchObject({ for: outage.for, reason: outage.reason })
      expect(Date.parse(waiting?.next_attempt_at ?? '') - Date.parse(waiting?.since ?? '')).toBe(1_000)
      await store.saveProgress(lease, { checkpoint: 1 })
      expect(await getTask(store, id)).toMatchObject({ waiting: null })
      await store.setWaiting(lease, outage)
      await store.completeItem(lease, null)
      expect(await getTask(store, id)).toMatchObject({ waiting: null })
      const planning = await claim('advance', store, id)
      await store.setWaiting(planning.lease, outage)
      expect(await store.advance(planning.lease, { kind: 'finished' })).toMatchObject({ waiting: null })
    })

    it('has one outage clock per task, which runs on over workers until a call succeeds', async () => {
      const { id } = await startLoad(store, ['a', 'b'])
      const [one, other] = [await claim('item', store, id), await claim('item', store, id)]
      const reported: number[] = []
      const report = (lease: Lease, reason: string, service = outage.for) =>
        store.setWaiting(lease, {
          for: service,
          reason,
          retryAfterMs: (waitedMs) => {
            reported.push(waitedMs)
            return 60_000
          },
        })
      expect(await report(one.lease, 'first')).toEqual({ waitedMs: 0, retryAfterMs: 60_000 })
      const begin = (await getTask(store, id)).waiting?.since
      await store.release(one.lease)
      const second = await report(other.lease, 'second')
      const again = await claim('item', store, id)
      const third = await report(again.lease, 'third')
      expect(third.waitedMs).toBeGreaterThanOrEqual(second.waitedMs)
      expect(reported).toEqual([0, second.waitedMs, third.waitedMs])
      const { waiting } = await getTask(store, id)
      expect(waiting).toMatchObject({ reason: 'third', since: begin })
      expect(Date.parse(waiting?.next_attempt_at ?? '')).toBe(
        Date.parse(begin ?? '') + Math.floor(third.waitedMs) + 60_000,
      )
      // Another service has its own outage clock, and so has the next outage.
      expect(await report(again.lease, 'its database', 'postgres')).toMatchObject({ waitedMs: 0 })
      await report(again.lease, 'first again')
      await store.saveProgress(other.lease, { checkpoint: 1 })
      expect(await report(again.lease, 'anew')).toMatchObject({ waitedMs: 0 })
    })
  })
}
