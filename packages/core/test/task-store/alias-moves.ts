import { beforeAll, describe, expect, it } from 'vitest'
import type { TaskStore } from '../../src/tasks/task-store.ts'
import { uniqueName, unknownId, type MakeStore } from './sample-task.ts'

const newIndex = () => ({ name: uniqueName(), uuid: crypto.randomUUID() })

export function describeUnmovedAliases(makeStore: MakeStore): void {
  it('an alias without recorded moves has no history', async () => {
    const store = await makeStore()
    const alias = uniqueName()
    expect(await store.aliasMoves(alias, { pageSize: 5 })).toEqual({ moves: [], nextPageToken: null })
    expect(await store.wasLive(alias, { uuid: newIndex().uuid, notOfTask: unknownId })).toBe(false)
  })
}

/** What a store with locks of models does. */
export function describeAliasMoves(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  describe('moves of aliases', () => {
    it('an index was live if a move of that alias by another task has it as previous or new target', async () => {
      const [manual, second, built, removed, other] = [
        newIndex(),
        newIndex(),
        newIndex(),
        newIndex(),
        newIndex(),
      ]
      const [alias, model] = [uniqueName(), uniqueName()]
      const [first, last] = [crypto.randomUUID(), crypto.randomUUID()]
      await store.withModelLock(model, 60_000, async (lock) => {
        await lock.recordAliasMove({ alias, model, from: [manual, second], to: built, taskId: first })
        await lock.recordAliasMove({ alias, model, from: [removed], to: null, taskId: last })
        await lock.recordAliasMove({ alias: `${alias}-filtered`, model, from: [], to: other, taskId: first })
      })
      const wasLive = (index: { uuid: string }, notOfTask: string) =>
        store.wasLive(alias, { uuid: index.uuid, notOfTask })
      for (const index of [manual, second, built]) {
        expect(await wasLive(index, unknownId)).toBe(true)
        expect(await wasLive(index, last)).toBe(true)
        expect(await wasLive(index, first)).toBe(false)
      }
      expect(await wasLive(removed, first)).toBe(true)
      expect(await wasLive(removed, last)).toBe(false)
      // The name may belong to another index by now.
      expect(await wasLive({ uuid: built.name }, unknownId)).toBe(false)
      expect(await wasLive(other, unknownId)).toBe(false)
      expect(await store.wasLive(`${alias}-filtered`, { uuid: other.uuid, notOfTask: unknownId })).toBe(true)
    })
  })
}
