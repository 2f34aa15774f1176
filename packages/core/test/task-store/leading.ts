import { beforeAll, describe, expect, it } from 'vitest'
import type { TaskStore } from '../../src/tasks/task-store.ts'
import { uniqueName, type MakeStore } from './sample-task.ts'

/** What is done by one of all processes that share a store. */
export function describeLeading(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  describe('leading', () => {
    it('is for one at a time, who keeps it by asking again', async () => {
      const name = uniqueName()
      expect(await store.lead(name, 'a', 60_000)).toBe(true)
      expect(await store.lead(name, 'b', 60_000)).toBe(false)
      expect(await store.lead(name, 'a', 60_000)).toBe(true)
      expect(await store.lead(uniqueName(), 'b', 60_000)).toBe(true)
      await store.resign(name, 'b')
      expect(await store.lead(name, 'b', 60_000)).toBe(false)
      await store.resign(name, 'a')
      expect(await store.lead(name, 'b', 60_000)).toBe(true)
    })

    it('passes to another one when its holder is silent', async () => {
      const name = uniqueName()
      expect(await store.lead(name, 'a', 0)).toBe(true)
      expect(await store.lead(name, 'b', 60_000)).toBe(true)
      expect(await store.lead(name, 'a', 60_000)).toBe(false)
    })

    it('is given to one of many that ask at the same moment', async () => {
      const name = uniqueName()
      const holders = Array.from({ length: 12 }, (_, n) => `process-${n}`)
      const given = await Promise.all(holders.map((holder) => store.lead(name, holder, 60_000)))
      expect(given.filter(Boolean)).toHaveLength(1)
    })
  })
}
