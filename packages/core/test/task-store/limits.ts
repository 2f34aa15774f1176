import { beforeAll, describe, expect, it } from 'vitest'
import { IdempotencyKeyReusedError, TaskNotFoundError, TaskStateError } from '../../src/errors.ts'
import type { TaskStore } from '../../src/tasks/task-store.ts'
import {
  claim,
  failedTask,
  getTask,
  longLeaseMs,
  newTask,
  startLoad,
  uniqueName,
  unknownId,
  type MakeStore,
} from './sample-task.ts'

export function describeLimits(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  describe('limits', () => {
    it('are stored with a new task, and each is changed separately', async () => {
      const { id, limits } = await store.create(newTask({ limits: { documentsPerSecond: 500 } }))
      expect(limits).toEqual({ documentsPerSecond: 500, inFlight: null })
      expect((await store.setLimits(id, { inFlight: 2 })).limits).toEqual({
        documentsPerSecond: 500,
        inFlight: 2,
      })
      const changed = await store.setLimits(id, { documentsPerSecond: null })
      expect(changed.limits).toEqual({ documentsPerSecond: null, inFlight: 2 })
      expect(await getTask(store, id)).toEqual(changed)
    })

    it('are returned to workers at their claim, their next checkpoint and renewal', async () => {
      const { id } = await startLoad(store, ['a', 'b', 'c'])
      await store.setLimits(id, { documentsPerSecond: 900 })
      const first = await claim('item', store, id)
      expect(first.quota).toEqual({ documentsPerSecond: 900, inFlight: null, activeWorkers: 1 })
      const second = await claim('item', store, id)
      expect(second.quota).toMatchObject({ activeWorkers: 2 })
      await store.setLimits(id, { documentsPerSecond: 100, inFlight: 3 })
      const expected = { documentsPerSecond: 100, inFlight: 3, activeWorkers: 2 }
      expect(await store.saveProgress(first.lease, { checkpoint: 1 })).toEqual(expected)
      expect(await store.renew(first.lease, longLeaseMs)).toEqual(expected)

      // Items that are returned, done or expired don't count as active workers.
      await store.renew(second.lease, 0)
      expect(await store.saveProgress(first.lease, { checkpoint: 2 })).toMatchObject({ activeWorkers: 1 })
      await store.renew(second.lease, longLeaseMs)
      await store.completeItem(second.lease, null)
      expect(await store.renew(first.lease, longLeaseMs)).toMatchObject({ activeWorkers: 1 })
    })

    it('are passed to the planner, too', async () => {
      const { id } = await store.create(newTask({ limits: { inFlight: 1 } }))
      const { lease } = await claim('advance', store, id)
      expect(await store.renew(lease, longLeaseMs)).toMatchObject({ inFlight: 1, activeWorkers: 1 })
    })

    it("of an ended task can't be changed", async () => {
      const { id } = await failedTask(store)
      await expect(store.setLimits(id, { inFlight: 1 })).rejects.toThrow(TaskStateError)
      await expect(store.setLimits(unknownId, { inFlight: 1 })).rejects.toThrow(TaskNotFoundError)
    })

    it('are stored beside the bottleneck, which only a save that names it changes', async () => {
      const { id } = await startLoad(store, ['a'])
      const { lease } = await claim('item', store, id)
      await store.saveProgress(lease, { checkpoint: 1, boundBy: 'opensearch' })
      expect(await getTask(store, id)).toMatchObject({ boundBy: 'opensearch' })
      await store.saveProgress(lease, { checkpoint: 2 })
      expect(await getTask(store, id)).toMatchObject({ boundBy: 'opensearch' })
      await store.saveProgress(lease, { checkpoint: 3, boundBy: null })
      expect(await getTask(store, id)).toMatchObject({ boundBy: null })
    })
  })

  describe('an idempotency key', () => {
    const keyed = (overrides: Parameters<typeof newTask>[0] = {}) => {
      const key = uniqueName()
      return { key, task: newTask({ idempotency: { key, fingerprint: 'a' }, ...overrides }) }
    }

    it('returns the task that was created with it, in its current state, and creates no other', async () => {
      const model = uniqueName()
      const { key, task } = keyed({ model, callbackUrl: 'https://example.org/hook' })
      expect(await store.findIdempotent(key)).toBeNull()
      const made = await store.create(task)
      expect(made.callbackUrl).toBe('https://example.org/hook')
      expect(await store.findIdempotent(key)).toEqual({ taskId: made.id, fingerprint: 'a' })
      await claim('advance', store, made.id)
      expect(await store.create(task)).toEqual(await getTask(store, made.id))
      expect((await store.list({ model, pageSize: 10 })).tasks).toHaveLength(1)
    })

    it('that was used for another request is refused, naming the task', async () => {
      const { key, task } = keyed()
      const { id } = await store.create(task)
      const other = newTask({ idempotency: { key, fingerprint: 'b' } })
      await expect(store.create(other)).rejects.toThrow(new IdempotencyKeyReusedError(key, id))
      expect(await store.findReservation(other.index)).toBeNull()
    })

    it('of a task that could not be created may be used again', async () => {
      const { key, task } = keyed()
      const blocking = await store.create(newTask({ index: task.index }))
      await expect(store.create(task)).rejects.toMatchObject({ code: 'index_busy' })
      expect(await store.findIdempotent(key)).toBeNull()
      await store.cancel(blocking.id)
      expect(await store.create(task)).toMatchObject({ status: 'queued' })
    })

    it('sent many times at once creates one task', async () => {
      const { task } = keyed()
      const made = await Promise.all(Array.from({ length: 8 }, () => store.create(task)))
      expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    })
  })
}
