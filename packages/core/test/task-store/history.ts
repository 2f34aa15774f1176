import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { actionNames, taskStatuses } from '../../src/contract/index.ts'
import { PageTokenError } from '../../src/tasks/page-token.ts'
import type { TaskQuery, TaskRecord, TaskStore } from '../../src/tasks/task-store.ts'
import { advance, claim, newTask, someError, uniqueName, type MakeStore } from './sample-task.ts'

const models = [uniqueName(), uniqueName()] as const
const indices = [uniqueName(), uniqueName(), uniqueName()]
const taskCount = 60

/** @param mixTimes may change the creation times of tasks, to give several the same time */
export function describeHistory(
  makeStore: MakeStore,
  mixTimes?: (models: readonly string[]) => Promise<void>,
): void {
  let store: TaskStore
  let newestFirst: TaskRecord[]

  beforeAll(async () => {
    store = await makeStore()
    const ids: string[] = []
    for (let n = 0; n < taskCount; n++) ids.push(await createInSomeState(n))
    await mixTimes?.(models)
    const tasks = await Promise.all(ids.map(async (id) => (await store.get(id)) as TaskRecord))
    newestFirst = tasks.sort((a, b) => (`${a.createdAt} ${a.id}` < `${b.createdAt} ${b.id}` ? 1 : -1))
  })

  async function createInSomeState(n: number): Promise<string> {
    const index = indices[n % indices.length] as string
    const { id } = await store.create(
      newTask({
        model: models[n % 2] as string,
        action: actionNames[n % 3] ?? 'REINDEX',
        index,
        reserve: [],
      }),
    )
    if (n % 5 === 1) await claim('advance', store, id)
    if (n % 5 === 2) await advance(store, id, { kind: 'finished' })
    if (n % 5 === 3) await advance(store, id, { kind: 'failed', error: someError })
    return id
  }

  async function readPages(query: Omit<TaskQuery, 'pageToken'>): Promise<TaskRecord[]> {
    const tasks: TaskRecord[] = []
    let pageToken: string | undefined
    do {
      const page = await store.list({ ...query, pageToken })
      expect(page.tasks.length).toBeLessThanOrEqual(query.pageSize)
      if (page.nextPageToken !== null) expect(page.tasks).toHaveLength(query.pageSize)
      tasks.push(...page.tasks)
      pageToken = page.nextPageToken ?? undefined
    } while (pageToken !== undefined)
    return tasks
  }

  const optional = <Value>(values: readonly Value[]) =>
    fc.option(fc.constantFrom(...values), { nil: undefined })

  describe('list', () => {
    it('returns every task once, newest first, with any filters and any page size', async () => {
      const queries = fc.record({
        // Always of a model of this suite, because other suites use the same store.
        model: fc.constantFrom(...models),
        action: optional(actionNames),
        status: optional(taskStatuses),
        index: optional(indices),
        active: optional([true, false]),
        pageSize: fc.integer({ min: 1, max: taskCount + 1 }),
      })
      await fc.assert(
        fc.asyncProperty(queries, async (query) => {
          const { model, action, status, index, active } = query
          const expected = newestFirst.filter(
            (task) =>
              task.model === model &&
              (action === undefined || task.action === action) &&
              (status === undefined || task.status === status) &&
              (index === undefined || task.index === index) &&
              (!active || task.status === 'queued' || task.status === 'running'),
          )
          expect(await readPages(query)).toEqual(expected)
        }),
        { numRuns: 50 },
      )
    })

    it('neither repeats nor skips a task when newer ones are created between two pages', async () => {
      const model = uniqueName()
      const old = []
      for (let n = 0; n < 6; n++) old.unshift((await store.create(newTask({ model }))).id)
      const first = await store.list({ model, pageSize: 3 })
      await store.create(newTask({ model }))
      const second = await store.list({ model, pageSize: 3, pageToken: first.nextPageToken ?? undefined })
      const seen = [...first.tasks, ...second.tasks].map(({ id }) => id)
      expect(seen.toSorted()).toEqual(old.toSorted())
      expect(second.nextPageToken).toBeNull()
    })

    it('refuses an invalid page token', async () => {
      for (const pageToken of [
        '',
        'x',
        '!',
        btoa('2026-01-01T00:00:00Z x'),
        btoa("2026-99-99T00:00:00Z '--"),
      ]) {
        await expect(store.list({ pageSize: 1, pageToken }), pageToken).rejects.toThrow(PageTokenError)
      }
    })
  })
}
