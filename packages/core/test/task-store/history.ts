import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { actionNames, taskSorts, taskStatuses } from '../../src/contract/index.ts'
import { PageTokenError } from '../../src/tasks/page-token.ts'
import type { TaskMatches, TaskQuery, TaskRecord, TaskStore } from '../../src/tasks/task-store.ts'
import { advance, claim, newTask, someError, uniqueName, type MakeStore } from './sample-task.ts'
import { toSortable } from '../support/sortable-time.ts'

const models = [uniqueName(), uniqueName()] as const
const indices = [uniqueName(), `${uniqueName()}_100%`, uniqueName()]
const requesters = ['Zoë Álvarez', 'ci@example.org', undefined, 'on\ncall']
const errorCodes = ['search_refused', 'workers_lost']
const taskCount = 60

/**
 * @param changeTimes makes tasks that run have taken an hour longer, so that they took longer than those that have
 *   ended whenever they are listed; may change the creation times, to give several the same time
 */
export function describeHistory(
  makeStore: MakeStore,
  changeTimes: (models: readonly string[]) => Promise<void> | void,
): void {
  let store: TaskStore
  let all: TaskRecord[]
  let ends: string[]

  beforeAll(async () => {
    store = await makeStore()
    const ids: string[] = []
    for (let n = 0; n < taskCount; n++) ids.push(await createInSomeState(n))
    await changeTimes(models)
    all = await Promise.all(ids.map(async (id) => (await store.get(id)) as TaskRecord))
    ends = all.flatMap(({ finishedAt }) => finishedAt ?? [])
  })

  async function createInSomeState(n: number): Promise<string> {
    const index = indices[n % indices.length] as string
    const { id } = await store.create(
      newTask({
        model: models[n % 2] as string,
        action: actionNames[n % 3] ?? 'REINDEX',
        index,
        reserve: [],
        requestedBy: requesters[n % 4],
      }),
    )
    if (n % 5 === 1) await claim('advance', store, id)
    if (n % 5 === 2) await advance(store, id, { kind: 'finished' })
    const code = errorCodes[n % 2] as string
    // The text of an error may hold anything, also what looks like the end of its code.
    const detail = 'NUL \0, and {"code":"other","title":"x"}'
    if (n % 5 === 3) await advance(store, id, { kind: 'failed', error: { ...someError, code, detail } })
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

  /** Mostly absent: all filters together would match nothing. */
  const seldom = <Value>(value: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
  const optional = <Value>(values: readonly Value[]) => seldom(fc.constantFrom(...values))
  const some = <Value>(values: readonly Value[]) => seldom(fc.subarray([...values], { minLength: 1 }))
  const textOf = (text: string) =>
    fc
      .tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 12 }), fc.boolean())
      .map(([start, length, isUpper]) => {
        const part = text.slice(start, start + length)
        return isUpper ? part.toUpperCase() : part
      })
  /** Of the suites that share a store, always only the tasks of this one. */
  const matches = () =>
    fc.record({
      model: fc.subarray([...models], { minLength: 1 }),
      action: some(actionNames),
      status: fc.oneof(some(taskStatuses), optional(taskStatuses)),
      errorCode: some([...errorCodes, 'nope']),
      index: optional(indices),
      requestedBy: optional(requesters),
      active: optional([true, false]),
      q: fc.oneof(
        fc.constant(undefined),
        ...[...indices, ...errorCodes, 'Zoë Álvarez', 'nope', '_', '%', '\\'].map(textOf),
        // Of two fields of one task, or of a field with two lines.
        fc.constantFrom(`${indices[0]}\n`, `\n${requesters[0]}`, 'on\nCALL'),
        fc.nat(taskCount - 1).chain((n) => fc.nat(36).map((length) => all[n]?.id.slice(0, length))),
      ),
      createdAfter: optional(all.map((task) => task.createdAt)),
      createdBefore: optional(all.map((task) => task.createdAt)),
      finishedAfter: optional(ends),
      finishedBefore: optional(ends),
    })

  function listExpected(query: TaskMatches): TaskRecord[] {
    const isOneOf = (value: string | undefined, wanted: string | readonly string[] | undefined) =>
      wanted === undefined || [wanted].flat().includes(value ?? 'none')
    const q = query.q?.toLowerCase() ?? ''
    return all.filter(
      (task) =>
        isOneOf(task.model, query.model) &&
        isOneOf(task.action, query.action) &&
        isOneOf(task.status, query.status) &&
        isOneOf(task.error?.code, query.errorCode) &&
        (query.index === undefined || task.index === query.index) &&
        (query.requestedBy === undefined || task.requestedBy === query.requestedBy) &&
        (!query.active || task.status === 'queued' || isRunning(task)) &&
        isWithin(task.createdAt, query.createdAfter, query.createdBefore) &&
        isWithin(task.finishedAt, query.finishedAfter, query.finishedBefore) &&
        (task.id.startsWith(q) ||
          [task.index, task.error?.code, task.requestedBy].some((text) => text?.toLowerCase().includes(q))),
    )
  }

  describe('list', () => {
    it('returns every task once in the order, with any filters and any page size', async () => {
      const queries = matches().chain((match) =>
        fc.record({
          match: fc.constant(match),
          sort: optional(taskSorts),
          pageSize: fc.integer({ min: 1, max: taskCount + 1 }),
        }),
      )
      await fc.assert(
        fc.asyncProperty(queries, async ({ match, sort, pageSize }) => {
          const expected = listExpected(match).sort(inOrder[sort ?? 'newest'])
          expect(await readPages({ ...match, sort, pageSize })).toEqual(expected)
        }),
        { numRuns: 100 },
      )
    })

    it('neither repeats nor skips a task when tasks are created and end between two pages', async () => {
      for (const sort of taskSorts) {
        const model = uniqueName()
        const old: string[] = []
        for (let n = 0; n < 6; n++) old.unshift((await store.create(newTask({ model }))).id)
        // Half of them run; one on each page ends before the second page is read.
        for (const id of old.slice(0, 4)) await store.claim(id, 'worker-1', 1)
        const first = await store.list({ model, sort, pageSize: 4 })
        await store.create(newTask({ model }))
        const running = first.tasks.filter(isRunning)
        if (sort === 'longest') {
          await advance(store, running.at(-1)?.id ?? '', { kind: 'finished' })
          await advance(store, running[0]?.id ?? '', { kind: 'finished' })
        }
        const second = await store.list({
          model,
          sort,
          pageSize: 4,
          pageToken: first.nextPageToken ?? undefined,
        })
        const seen = [...first.tasks, ...second.tasks].map(({ id }) => id).filter((id) => old.includes(id))
        expect([sort, seen.toSorted()]).toEqual([sort, old.toSorted()])
        expect(second.nextPageToken).toBeNull()
      }
    })

    it('refuses an invalid page token, and one of another order', async () => {
      const tokens = Object.fromEntries(
        await Promise.all(
          taskSorts.map(async (sort) => {
            const { nextPageToken } = await store.list({ model: models, sort, pageSize: 1 })
            return [sort, nextPageToken ?? ''] as const
          }),
        ),
      )
      for (const sort of taskSorts) {
        for (const pageToken of [
          '',
          'x',
          '!',
          btoa('2026-01-01T00:00:00Z x'),
          btoa("2026-99-99T00:00:00Z '--"),
          btoa(`2026-02-30T00:00:00Z ${all[0]?.id}`),
          btoa(`longest infinity 1 ${all[0]?.id}`),
          ...Object.entries(tokens).flatMap(([other, token]) => (other === sort ? [] : [token])),
        ]) {
          const list = store.list({ sort, pageSize: 1, pageToken })
          await expect(list, `${sort} ${pageToken}`).rejects.toThrow(PageTokenError)
        }
      }
    })
  })

  it('finds a task by its texts of the greatest length', async () => {
    // Random, so that Postgres can't compress them in its indices.
    const random = (length: number, first: number, count: number) =>
      String.fromCodePoint(...Array.from({ length }, () => first + Math.floor(Math.random() * count)))
    const [index, requestedBy] = [random(255, 97, 26), random(255, 0x4e00, 20_000)]
    const { id } = await store.create(newTask({ index, requestedBy, reserve: [] }))
    await advance(store, id, { kind: 'failed', error: { ...someError, code: 'too_many_failed' } })
    for (const q of [index.slice(55).toUpperCase(), requestedBy.slice(55)]) {
      const { tasks } = await store.list({ q, pageSize: 2 })
      expect(tasks.map((task) => task.id)).toEqual([id])
    }
  })

  describe('summarize', () => {
    it('counts the tasks that match by status and by error', async () => {
      await fc.assert(
        fc.asyncProperty(matches(), async (match) => {
          const expected = listExpected({ ...match, status: undefined }).sort(inOrder.recently_finished)
          const { counts, failures } = await store.summarize(match)
          expect(counts).toEqual(
            Object.fromEntries(taskStatuses.map((status) => [status, countOf(expected, status)])),
          )
          const failed = Map.groupBy(
            expected.filter(({ status }) => status === 'failed'),
            (task) => task.error?.code,
          )
          expect(failures.toSorted((a, b) => (a.code < b.code ? -1 : 1))).toEqual(
            [...failed]
              .map(([code, [latest, ...others]]) => ({
                code,
                count: others.length + 1,
                latestTaskId: latest?.id,
                latestAt: latest?.finishedAt,
              }))
              .sort((a, b) => (String(a.code) < String(b.code) ? -1 : 1)),
          )
          const times = failures.map(({ count }) => count)
          expect(times).toEqual(times.toSorted((a, b) => b - a))
        }),
        { numRuns: 40 },
      )
    })

    it('has the median of the last 30 succeeded tasks of each kind, whatever the filter', async () => {
      const model = uniqueName()
      const ids: string[] = []
      for (let n = 0; n < 33; n++) {
        const { id } = await store.create(newTask({ model, reserve: [] }))
        await advance(store, id, n === 32 ? { kind: 'failed', error: someError } : { kind: 'finished' })
        ids.push(id)
      }
      const last = await Promise.all(ids.slice(2, 32).map(async (id) => (await store.get(id)) as TaskRecord))
      const sorted = last.map((task) => Number(micros(task)) / 1e6).sort((a, b) => a - b)
      const { durations } = await store.summarize({ q: 'matches nothing' })
      expect(durations.filter((each) => each.model === model)).toEqual([
        {
          model,
          action: 'REINDEX',
          count: 30,
          medianSeconds: expect.closeTo(((sorted[14] ?? 0) + (sorted[15] ?? 0)) / 2, 6) as number,
        },
      ])
    })
  })
}

const isRunning = ({ status }: TaskRecord) => status === 'running'
const countOf = (tasks: readonly TaskRecord[], status: string) =>
  tasks.filter((task) => task.status === status).length

function isWithin(time: string | null, after: string | undefined, before: string | undefined): boolean {
  // A task without that time is in no range.
  if (time === null) return after === undefined && before === undefined
  const isSince = after === undefined || toSortable(time) >= toSortable(after)
  return isSince && (before === undefined || toSortable(time) < toSortable(before))
}

const toMicros = (instant: string) =>
  BigInt(Date.parse(`${instant.slice(0, 19)}Z`)) * 1_000n + BigInt(toSortable(instant).slice(20))

/** How long a task took, or takes: by the distance of its start from the far future while it runs. */
function micros({ startedAt, finishedAt }: TaskRecord): bigint {
  if (startedAt === null) return 0n
  return toMicros(finishedAt ?? '2999-01-01T00:00:00Z') - toMicros(startedAt)
}

const by =
  (key: (task: TaskRecord) => string, direction = -1) =>
  (a: TaskRecord, b: TaskRecord) =>
    `${key(a)} ${a.id}` < `${key(b)} ${b.id}` ? -direction : direction

const inOrder = {
  newest: by((task) => toSortable(task.createdAt)),
  oldest: by((task) => toSortable(task.createdAt), 1),
  longest: by((task) => String(micros(task)).padStart(20, '0')),
  recently_finished: by(({ finishedAt }) => (finishedAt === null ? 'infinity' : toSortable(finishedAt))),
}
