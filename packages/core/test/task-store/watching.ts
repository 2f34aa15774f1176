import { beforeAll, describe, expect, it } from 'vitest'
import { PageTokenError } from '../../src/tasks/page-token.ts'
import type { TaskEvent, TaskTotal } from '../../src/tasks/task-history.ts'
import type { TaskStore } from '../../src/tasks/task-store.ts'
import { summarizeItems } from '../support/memory-tasks/summarize-items.ts'
import {
  advance,
  claim,
  countsOf,
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
import { until } from '../support/until.ts'

export function describeWatching(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  const eventsOf = (taskId: string) => store.events({ taskId, limit: 100 })
  const typesOf = async (taskId: string) => (await eventsOf(taskId)).map(({ type }) => type)

  describe('events', () => {
    it('record the whole life of a task, each with phase and attempt', async () => {
      const { id } = await startLoad(store, ['a'])
      await store.setLimits(id, { documentsPerSecond: 5 })
      await store.setLimits(id, { documentsPerSecond: 5 })
      await store.fail((await claim('item', store, id)).lease, someError)
      await store.retry(id)
      await advance(store, id, loadOf([]))
      await store.cancel(id, { keepIndex: true })
      await store.cancel(id)
      await advance(store, id, { kind: 'cancelled' })
      await store.retry(id)
      await advance(store, id, { kind: 'finished', result: { documents: 3 } })

      const events = await eventsOf(id)
      const limits = { documents_per_second: 5, in_flight: null }
      expect(events.map(({ type, phase, attempt, data }) => [type, phase, attempt, data])).toEqual([
        ['created', 'planning', 1, {}],
        ['started', 'planning', 1, {}],
        ['phase', 'loading', 1, {}],
        ['limits_changed', 'loading', 1, { limits }],
        ['failed', 'loading', 1, { error: someError }],
        ['retried', 'planning', 2, {}],
        ['started', 'planning', 2, {}],
        ['phase', 'loading', 2, {}],
        ['cancel_requested', 'cancelling', 2, { keep_index: true }],
        ['cancelled', 'cancelling', 2, {}],
        ['retried', 'planning', 3, {}],
        ['started', 'planning', 3, {}],
        ['succeeded', 'done', 3, { result: { documents: 3 } }],
      ])
      expect(events.every(({ taskId }) => taskId === id)).toBe(true)
      const ids = events.map((event) => event.id)
      expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    })

    it('record who requested each action, with the request id', async () => {
      const by = (requestedBy: string) => ({ requestedBy, requestId: `request-of-${requestedBy}` })
      const { id } = await store.create(newTask(by('ana')))
      await advance(store, id, loadOf(['a']))
      await store.setLimits(id, { inFlight: 2 }, by('bo'))
      await store.cancel(id, { keepIndex: true, ...by('cy') })
      await advance(store, id, { kind: 'cancelled' })
      await store.retry(id, by('di'))

      const asked = (await eventsOf(id)).filter(({ data }) => 'requested_by' in data)
      expect(asked.map(({ type, data }) => [type, data['requested_by'], data['request_id']])).toEqual([
        ['created', 'ana', 'request-of-ana'],
        ['limits_changed', 'bo', 'request-of-bo'],
        ['cancel_requested', 'cy', 'request-of-cy'],
        ['retried', 'di', 'request-of-di'],
      ])
      expect(await getTask(store, id)).toMatchObject(by('ana'))
    })

    it('record who cancelled a task that never started', async () => {
      const { id } = await store.create(newTask())
      await store.cancel(id, { requestedBy: 'ana', requestId: 'request-1' })
      expect((await eventsOf(id)).at(-1)).toMatchObject({
        type: 'cancelled',
        data: { requested_by: 'ana', request_id: 'request-1' },
      })
    })

    it('record an outage once, however many workers report its begin and end', async () => {
      const { id } = await startLoad(store, ['a', 'b'])
      const [one, other] = [await claim('item', store, id), await claim('item', store, id)]
      for (let round = 0; round < 4; round++) {
        await store.setWaiting(one.lease, outage)
        await store.setWaiting(other.lease, outage)
        await store.saveProgress(other.lease, { checkpoint: round })
        await store.setWaiting(one.lease, outage)
        await store.saveProgress(one.lease, { checkpoint: round })
      }
      const events = (await eventsOf(id)).filter(({ type }) => type === 'waiting' || type === 'resumed')
      expect(events.map(({ type, data }) => [type, data])).toEqual([
        [
          'waiting',
          { waiting: expect.objectContaining({ for: outage.for, reason: outage.reason }) as object },
        ],
        ['resumed', {}],
      ])
    })

    it('record the end of an outage when its phase ends, and a new outage after a retry', async () => {
      const { id } = await startLoad(store, [])
      const planning = await claim('advance', store, id)
      await store.setWaiting(planning.lease, outage)
      await store.advance(planning.lease, loadOf(['a'], { phase: 'verifying' }))
      const { lease } = await claim('item', store, id)
      await store.fail(lease, someError)
      await store.retry(id)
      await store.setWaiting((await claim('advance', store, id)).lease, outage)
      expect((await typesOf(id)).slice(3)).toEqual([
        'waiting',
        'resumed',
        'phase',
        'failed',
        'retried',
        'started',
        'waiting',
      ])
    })

    it('are few: pages of rows add none', async () => {
      const { id } = await startLoad(store, ['a'])
      const { lease } = await claim('item', store, id)
      for (let page = 0; page < 20; page++)
        await store.saveProgress(lease, { checkpoint: page, counts: countsOf(5) })
      expect(await typesOf(id)).toEqual(['created', 'started', 'phase'])
    })

    it('can be read from any event on, of one task or of all, and none is missed while tasks change', async ({
      signal,
    }) => {
      const [last] = (await store.events({ limit: Number.MAX_SAFE_INTEGER })).slice(-1)
      const seen: TaskEvent[] = []
      let changing = true
      let after = last?.id ?? 0
      const reader = until(
        () => `60 events; ${seen.length} were read`,
        async () => {
          const page = await store.events({ after, limit: 7 })
          seen.push(...page)
          after = page.at(-1)?.id ?? after
          return !changing && seen.length >= 60
        },
        { intervalMs: 0, signal },
      )
      const ids = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const { id } = await store.create(newTask())
          await advance(store, id, { kind: 'failed', error: someError })
          return id
        }),
      )
      changing = false
      await reader
      for (const id of ids) {
        const own = seen.filter(({ taskId }) => taskId === id)
        expect(own.map(({ type }) => type)).toEqual(['created', 'started', 'failed'])
        expect(await store.events({ taskId: id, after: own[1]?.id, limit: 10 })).toEqual(own.slice(2))
      }
    })

    it('of a missing task are empty', async () => {
      expect(await eventsOf(unknownId)).toEqual([])
      expect(await eventsOf('no-uuid')).toEqual([])
    })
  })

  describe('items', () => {
    it('show their workers, progress and ranges', async () => {
      const ranges = [
        { after: null, end: 10 },
        { after: 10, end: 20 },
        { after: 20, end: 30 },
        { part: { after: 30, end: 40 }, mended: null },
        { part: { strays: true } },
      ]
      const { id, stage } = await startLoad(store, ranges)
      const done = await claim('item', store, id, longLeaseMs, 'ada')
      await store.completeItem(done.lease, null)
      const half = await claim('item', store, id, longLeaseMs, 'bob')
      await store.saveProgress(half.lease, { checkpoint: { after: 15 } })
      await claim('item', store, id, 0, 'eve')
      const isoTime = expect.stringMatching(/Z$/) as string
      const untouched = {
        stage,
        phase: 'loading',
        state: 'open',
        attempt: 0,
        worker: null,
        leaseUntil: null,
        startedAt: null,
        doneAt: null,
        doneUpTo: null,
      }
      expect((await store.items(id, { pageSize: 10 })).items).toEqual([
        {
          ...untouched,
          ordinal: 0,
          state: 'done',
          attempt: 1,
          worker: 'ada',
          startedAt: isoTime,
          doneAt: isoTime,
          range: ranges[0],
          doneUpTo: 10,
        },
        {
          ...untouched,
          ordinal: 1,
          state: 'claimed',
          attempt: 1,
          worker: 'bob',
          leaseUntil: isoTime,
          startedAt: isoTime,
          range: ranges[1],
          doneUpTo: 15,
        },
        {
          ...untouched,
          ordinal: 2,
          attempt: 1,
          worker: 'eve',
          leaseUntil: isoTime,
          startedAt: isoTime,
          range: ranges[2],
        },
        { ...untouched, ordinal: 3, range: { after: 30, end: 40 } },
        { ...untouched, ordinal: 4, range: null },
      ])
      const summary = await store.itemSummary(id)
      const { items } = await store.items(id, { pageSize: 10 })
      expect(summary).toEqual(summarizeItems(items))
      expect(summary.stages.map(({ done, claimed, items }) => [items, done, claimed])).toEqual([[5, 1, 1]])
      expect(await store.itemSummary('no-uuid')).toEqual({ stages: [] })
    })

    it('are returned page by page over all phases, each once', async () => {
      const { id } = await startLoad(
        store,
        Array.from({ length: 5 }, (_, n) => n),
      )
      for (let n = 0; n < 5; n++) await store.completeItem((await claim('item', store, id)).lease, null)
      await advance(
        store,
        id,
        loadOf(
          Array.from({ length: 12 }, (_, n) => n),
          { phase: 'verifying' },
        ),
      )
      const seen: string[] = []
      let pageToken: string | undefined
      do {
        const page = await store.items(id, { pageSize: 4, pageToken })
        expect(page.items.length).toBeLessThanOrEqual(4)
        seen.push(...page.items.map(({ phase, stage, ordinal }) => `${phase} ${stage} ${ordinal}`))
        pageToken = page.nextPageToken ?? undefined
      } while (pageToken !== undefined)
      expect(seen).toEqual([
        ...Array.from({ length: 5 }, (_, n) => `loading 1 ${n}`),
        ...Array.from({ length: 12 }, (_, n) => `verifying 2 ${n}`),
      ])
    })

    it('refuse an invalid page token, and are empty for a missing task', async () => {
      const { id } = await startLoad(store, [1])
      for (const pageToken of ['', '!', 'x', btoa('1'), btoa('1 2 3'), btoa('-1 2')]) {
        await expect(store.items(id, { pageSize: 1, pageToken }), pageToken).rejects.toThrow(PageTokenError)
      }
      const none = { items: [], nextPageToken: null }
      expect(await store.items(unknownId, { pageSize: 1 })).toEqual(none)
      expect(await store.items('no-uuid', { pageSize: 1 })).toEqual(none)
    })
  })

  describe('rates', () => {
    it('add up to the accounted rows, in points of some seconds', async () => {
      const { id } = await startLoad(store, ['a', 'b'])
      const [one, other] = [await claim('item', store, id), await claim('item', store, id)]
      for (let page = 1; page <= 6; page++) {
        await store.saveProgress(one.lease, {
          checkpoint: page,
          counts: countsOf(10, { failed: 1 }),
          boundBy: 'opensearch',
        })
        await store.saveProgress(other.lease, {
          checkpoint: page,
          catchUp: { indexed: 1, deleted: 2, failed: 3 },
          boundBy: 'opensearch',
        })
        await store.saveProgress(other.lease, { checkpoint: page, boundBy: 'limit' })
        await store.saveProgress(other.lease, {
          checkpoint: page,
          catchUp: { indexed: 1, deleted: 0, failed: 0 },
          boundBy: 'opensearch',
        })
      }
      const rates = await store.rates(id)
      expect(rates.reduce((sum, { documents }) => sum + documents, 0)).toBe(102)
      for (const { at, seconds, boundBy } of rates) {
        expect(boundBy).toBe('opensearch')
        expect(seconds).toBe(5)
        expect(Date.parse(at) % 5_000).toBe(0)
      }
      expect(await store.rates(unknownId)).toEqual([])
      expect(await store.rates('no-uuid')).toEqual([])
    })
  })

  describe('statistics', () => {
    // Other suites use the same store at the same time with other actions only.
    const action = 'DELETE_INDEX'
    const read = async () =>
      (await store.statistics()).totals
        .filter((total) => total.action === action)
        .map(({ status, tasks, counts }: TaskTotal) => ({ status, tasks, read: counts.read }))
        .toSorted((a, b) => (a.status < b.status ? -1 : 1))

    it('count every task once, through its end, cancel and retry', async () => {
      const before = await read()
      const expectAdded = async (added: Record<string, [tasks: number, read: number]>) => {
        const now = await read()
        const statuses = new Set([...before, ...now].map(({ status }) => status))
        const difference = [...statuses].map((status) => {
          const [a, b] = [before, now].map((totals) => totals.find((total) => total.status === status))
          return [status, [(b?.tasks ?? 0) - (a?.tasks ?? 0), (b?.read ?? 0) - (a?.read ?? 0)]]
        })
        expect(Object.fromEntries(difference.filter(([, values]) => values?.toString() !== '0,0'))).toEqual(
          added,
        )
      }
      const { id } = await startLoad(store, ['a'], newTask({ action }))
      const { lease } = await claim('item', store, id)
      await store.saveProgress(lease, { checkpoint: 1, counts: countsOf(7) })
      await expectAdded({ running: [1, 7] })
      await store.fail(lease, someError)
      await expectAdded({ failed: [1, 7] })
      await store.retry(id)
      await expectAdded({ queued: [1, 7] })
      await advance(store, id, { kind: 'finished' })
      await expectAdded({ succeeded: [1, 7] })

      const other = await startLoad(store, ['a'], newTask({ action }))
      await store.cancel(other.id)
      await advance(store, other.id, { kind: 'cancelled' })
      await expectAdded({ succeeded: [1, 7], cancelled: [1, 0] })
      await store.retry(other.id)
      await expectAdded({ succeeded: [1, 7], queued: [1, 0] })
      await store.cancel(other.id)
      await advance(store, other.id, { kind: 'cancelled' })
    })

    it('include how long the oldest queued task has been waiting', async () => {
      const { id } = await store.create(newTask())
      const { oldestQueuedSeconds } = await store.statistics()
      expect(oldestQueuedSeconds).toBeGreaterThanOrEqual(0)
      expect((await getTask(store, id)).status).toBe('queued')
    })
  })
}
