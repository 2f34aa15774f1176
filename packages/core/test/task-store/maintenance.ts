import { beforeAll, describe, expect, it } from 'vitest'
import type { TaskStore } from '../../src/tasks/task-store.ts'
import {
  advance,
  claim,
  countsOf,
  failedRow,
  getTask,
  newTask,
  someError,
  startLoad,
  uniqueName,
  type MakeStore,
} from './sample-task.ts'

const never = Number.MAX_SAFE_INTEGER / 1_000
const atOnce = { tasksMs: -1_000, failedDocumentsMs: -1_000, limit: 7 }

/** What a store does with old tasks. */
export function describeMaintenance(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  describe('removing old tasks', () => {
    /** A task with an item, an event, a rate and a failed document. */
    async function makeTask(overrides: Parameters<typeof newTask>[0] = {}) {
      const { id } = await startLoad(store, ['a'], newTask(overrides))
      const { lease } = await claim('item', store, id)
      const failed = [failedRow('1')]
      await store.saveProgress(lease, { checkpoint: 1, counts: countsOf(5, { failed: 1 }), failed })
      return { id, lease }
    }

    async function removeAll(retention: Parameters<TaskStore['removeOld']>[0]): Promise<void> {
      for (;;) {
        const { tasks, tasksOfFailedDocuments } = await store.removeOld(retention)
        expect(Math.max(tasks, tasksOfFailedDocuments)).toBeLessThanOrEqual(retention.limit)
        if (tasks + tasksOfFailedDocuments === 0) return
      }
    }

    it('removes those that ended long ago with all their data, in small batches', async () => {
      const key = uniqueName()
      const first = await makeTask({ idempotency: { key, fingerprint: 'one' } })
      const active = await makeTask()
      await store.fail(first.lease, someError)
      const ended = await Promise.all(
        Array.from({ length: 9 }, async () => {
          const { id, lease } = await makeTask()
          await store.fail(lease, someError)
          return id
        }),
      )
      const sum = async () =>
        (await store.statistics()).totals
          .filter(({ status }) => status === 'failed')
          .map(({ tasks, counts }) => [tasks, counts.read])
      const before = await sum()

      await removeAll({ ...atOnce, tasksMs: never, failedDocumentsMs: never })
      expect(await store.countFailedDocuments(first.id)).toBe(1)

      await removeAll(atOnce)
      for (const id of [first.id, ...ended]) {
        expect(await store.get(id)).toBeNull()
        expect(await store.events({ taskId: id, limit: 10 })).toEqual([])
        expect((await store.items(id, { pageSize: 10 })).items).toEqual([])
        expect(await store.rates(id)).toEqual([])
        expect(await store.failedDocuments(id, { limit: 10, resolved: true })).toEqual([])
      }
      expect(await store.findIdempotent(key)).toBeNull()
      expect(await store.create(newTask({ idempotency: { key, fingerprint: 'two' } }))).toMatchObject({
        status: 'queued',
      })
      expect(await sum()).toEqual(before)

      // Active tasks keep everything, and can end.
      expect(await store.countFailedDocuments(active.id)).toBe(1)
      await store.completeItem(active.lease, null)
      expect(await advance(store, active.id, { kind: 'failed', error: someError })).toMatchObject({
        counts: countsOf(5, { failed: 1 }),
      })
      expect((await store.retry(active.id)).status).toBe('queued')
      await removeAll(atOnce)
      expect((await getTask(store, active.id)).status).toBe('queued')
    })

    it('removes failed documents earlier than their tasks, whose counts stay', async () => {
      const { id, lease } = await makeTask()
      await store.fail(lease, someError)
      await removeAll({ ...atOnce, tasksMs: never })
      expect(await store.countFailedDocuments(id)).toBe(0)
      expect(await getTask(store, id)).toMatchObject({ status: 'failed', counts: countsOf(5, { failed: 1 }) })
    })

    it('keeps the verification records of indices and the history of aliases', async () => {
      const { id, index } = await startLoad(store, [])
      const verified = { uuid: crypto.randomUUID(), name: index, documents: 5, asOf: null }
      await advance(store, id, { kind: 'finished', verified })
      const alias = uniqueName()
      const move = { alias, model: 'image', from: [], to: { name: index, uuid: verified.uuid }, taskId: id }
      await store.withModelLock('image', 60_000, (lock) => lock.recordAliasMove(move))
      await removeAll(atOnce)
      expect(await store.get(id)).toBeNull()
      expect(await store.getIndex(verified.uuid)).toMatchObject({ documents: 5, taskId: id })
      expect(await store.lastAliasMove(alias)).toMatchObject(move)
    })
  })
}
