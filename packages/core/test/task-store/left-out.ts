import { describe, expect, test } from 'vitest'
import { claim, countsOf, loadOf, newTask, type MakeStore } from './sample-task.ts'

/** Unreadable values are counted by field. */
export function describeLeftOut(makeStore: MakeStore): void {
  describe('unreadable values', () => {
    test('are added up by field, over items and concurrent saves, and start over with the load', async () => {
      const store = await makeStore()
      const { id } = await store.create(newTask())
      const planning = await claim('advance', store, id)
      await store.advance(planning.lease, loadOf([1, 2]))
      const items = [await claim('item', store, id), await claim('item', store, id)]
      expect((await store.get(id))?.leftOut).toEqual({})
      await Promise.all(
        items.flatMap(({ lease }) =>
          [1, 2].map((checkpoint) =>
            store.saveProgress(lease, {
              checkpoint,
              counts: countsOf(5),
              leftOut: { tags: 1, [`of_${lease.ordinal}`]: checkpoint },
            }),
          ),
        ),
      )
      await store.saveProgress(items[0]!.lease, { checkpoint: 3, counts: countsOf(5), leftOut: {} })
      await store.saveProgress(items[0]!.lease, { checkpoint: 4, counts: countsOf(5) })
      expect((await store.get(id))?.leftOut).toEqual({ tags: 4, of_0: 3, of_1: 3 })

      for (const { lease } of items) await store.completeItem(lease, null)
      const after = await claim('advance', store, id)
      await store.advance(after.lease, loadOf([1], { reset: true }))
      expect((await store.get(id))?.leftOut).toEqual({})
    })
  })
}
