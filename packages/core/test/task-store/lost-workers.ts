import { beforeAll, describe, expect, it } from 'vitest'
import { maxLapses } from '../../src/tasks/task-state.ts'
import type { TaskStore } from '../../src/tasks/task-store.ts'
import {
  claim,
  countsOf,
  getTask,
  loadOf,
  longLeaseMs,
  newTask,
  startLoad,
  type MakeStore,
} from './sample-task.ts'

export function describeLostWorkers(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  /** Lets workers in a row claim the next work and disappear. */
  async function lose(workers: number, kind: 'item' | 'advance', taskId: string): Promise<void> {
    for (let lost = 0; lost < workers; lost += 1) await claim(kind, store, taskId, 0, `lost-${lost}`)
  }

  describe('work that is repeatedly lost', () => {
    it('fails the task when an item has lost too many workers, frees its names and names the item', async () => {
      const { id, index } = await startLoad(store, ['a', 'b'])
      await store.completeItem((await claim('item', store, id)).lease, null)
      await lose(maxLapses, 'item', id)
      const ended = await store.claim(id, 'worker-1', longLeaseMs)
      expect(ended).toMatchObject({
        kind: 'ended',
        task: {
          status: 'failed',
          error: { code: 'workers_lost', workers: maxLapses, phase: 'loading', item: 1 },
        },
      })
      expect(await getTask(store, id)).toMatchObject({
        status: 'failed',
        finishedAt: expect.any(String) as string,
      })
      expect(await store.findReservation(index)).toBeNull()
    })

    it('fails the task when the planning has lost too many workers', async () => {
      const { id } = await store.create(newTask())
      await lose(maxLapses, 'advance', id)
      expect(await store.claim(id, 'worker-1', longLeaseMs)).toMatchObject({
        kind: 'ended',
        task: { status: 'failed', error: { code: 'workers_lost', phase: 'planning', item: null } },
      })
    })

    it('resets its count once a worker has saved progress or returned it', async () => {
      const { id } = await startLoad(store, ['a'])
      await lose(maxLapses - 1, 'item', id)
      const saving = await claim('item', store, id, 0)
      await store.saveProgress(saving.lease, { checkpoint: 1, counts: countsOf(1) })
      // The worker that saved was lost after that.
      await lose(maxLapses - 2, 'item', id)
      await store.release((await claim('item', store, id)).lease)
      await lose(maxLapses, 'item', id)
      expect(await store.claim(id, 'worker-1', longLeaseMs)).toMatchObject({ kind: 'ended' })
    })

    it('of one item does not count for another', async () => {
      const { id } = await startLoad(store, ['a', 'b'])
      await lose(maxLapses - 1, 'item', id)
      await store.completeItem((await claim('item', store, id)).lease, null)
      await lose(maxLapses - 1, 'item', id)
      expect(await store.claim(id, 'worker-1', longLeaseMs)).toMatchObject({ kind: 'item' })
    })

    it('has all its attempts again after a retry', async () => {
      const { id, stage } = await startLoad(store, ['a'])
      await lose(maxLapses, 'item', id)
      await store.claim(id, 'worker-1', longLeaseMs)
      await store.retry(id)
      const planning = await claim('advance', store, id)
      await store.advance(planning.lease, { ...loadOf([]), items: { fromStage: stage } })
      await lose(maxLapses, 'item', id)
      expect(await store.claim(id, 'worker-1', longLeaseMs)).toMatchObject({ kind: 'ended' })
    })
  })
}
