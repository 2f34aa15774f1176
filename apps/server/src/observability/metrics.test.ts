import { systemClock, type IndexList, type TaskStatistics } from '@ingestion-server/core'
import { createMemoryTaskStore } from '@ingestion-server/core/testing/memory-task-store.ts'
import { describe, expect, test } from 'vitest'
import { createAppHarness } from '../../test/support/app-harness.ts'
import { collectLines } from '../../test/support/collect-lines.ts'
import { createTaskRecord } from '../../test/support/task-record.ts'
import { createMetricsLeader } from './metrics-leader.ts'
import { createPrometheusMetrics } from './prometheus-metrics.ts'
import type { StoreSources } from './store-metrics.ts'

const now = Date.parse('2026-11-24T04:00:10Z')
const counts = { read: 12, indexed: 7, dropped: { deleted: 2, removed_from_source: 1 }, failed: 2 }
const statistics: TaskStatistics = {
  totals: [
    {
      action: 'REINDEX',
      status: 'running',
      tasks: 1,
      counts,
      catchUp: { indexed: 0, deleted: 0, failed: 0 },
    },
    {
      action: 'REINDEX',
      status: 'succeeded',
      tasks: 4,
      counts,
      catchUp: { indexed: 3, deleted: 1, failed: 0 },
    },
  ],
  oldestQueuedSeconds: 42,
}
const loading = createTaskRecord({
  status: 'running',
  phase: 'loading',
  loadStartedAt: '2026-11-24T04:00:00.000Z',
  counts: { read: 5_000, indexed: 5_000, dropped: { deleted: 0, removed_from_source: 0 }, failed: 0 },
  waiting: {
    for: 'opensearch',
    reason: 'away',
    since: '2026-11-24T04:00:05.000Z',
    next_attempt_at: '2026-11-24T04:00:11.000Z',
  },
})
const indices = {
  models: [
    {
      model: 'image',
      aliases: [
        { alias: 'image', indices: ['image-a'], previous: null },
        { alias: 'image-filtered', indices: ['image-elsewhere'], previous: null },
      ],
      indices: [
        { name: 'image-a', as_of: '2026-11-24T03:00:10.000Z' },
        { name: 'image-elsewhere', as_of: null },
      ],
    },
  ],
} as unknown as IndexList // no other field of an index is read

function createHarness(overrides: Partial<StoreSources> = {}) {
  const { log, lines } = collectLines()
  const metrics = createPrometheusMetrics({
    store: {
      statistics: async () => statistics,
      list: async () => ({ tasks: [loading], nextPageToken: null }),
    },
    listIndices: async () => indices,
    log,
    now: () => now,
    ...overrides,
  })
  const read = async () => (await metrics.render()).text.split('\n')
  return { metrics, lines, read }
}

describe('GET /metrics', () => {
  test('reports the tasks by status, their rows, their rates and the age of live indices', async () => {
    const { read } = createHarness()
    const lines = await read()
    expect(lines).toEqual(
      expect.arrayContaining([
        'ingestion_tasks{action="REINDEX",status="running"} 1',
        'ingestion_tasks{action="REINDEX",status="succeeded"} 4',
        'ingestion_oldest_queued_task_seconds 42',
        'ingestion_documents_total{action="REINDEX",outcome="indexed"} 14',
        'ingestion_documents_total{action="REINDEX",outcome="dropped_deleted"} 4',
        'ingestion_documents_total{action="REINDEX",outcome="failed"} 4',
        'ingestion_documents_total{action="REINDEX",outcome="catch_up_indexed"} 3',
        'ingestion_active_tasks{model="image",action="REINDEX",phase="loading"} 1',
        'ingestion_documents_per_second{model="image",action="REINDEX",phase="loading"} 500',
        'ingestion_waiting_tasks{service="opensearch"} 1',
        'ingestion_alias_lag_seconds{model="image",alias="image"} 3600',
        'ingestion_source_up{source="tasks"} 1',
      ]),
    )
    // The age of an index that was built elsewhere is unknown.
    expect(lines.join('\n')).not.toContain('alias="image-filtered"')
    expect(await read()).toContain('ingestion_documents_total{action="REINDEX",outcome="indexed"} 14')
  })

  test('counts bulk requests, their operations, and the steps of tasks', async () => {
    const { metrics, read } = createHarness()
    const { observer } = metrics
    observer.onBulk({ seconds: 0.2, status: 200, succeeded: 10, refused: 1, rejected: 2 })
    observer.onBulk({ seconds: 3, status: 'error', succeeded: 0, refused: 0, rejected: 0 })
    const step = {
      taskId: 'x',
      requestId: null,
      model: 'image',
      action: 'REINDEX',
      phase: 'loading',
      kind: 'item',
      ordinal: 0,
      attempt: 1,
    } as const
    expect(await observer.onStep(step, async () => 'result')).toBe('result')
    await expect(observer.onStep(step, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await read()).toEqual(
      expect.arrayContaining([
        'ingestion_bulk_request_seconds_count{status="200"} 1',
        'ingestion_bulk_request_seconds_sum{status="error"} 3',
        'ingestion_bulk_documents_total{outcome="succeeded"} 10',
        'ingestion_bulk_documents_total{outcome="rejected"} 2',
        'ingestion_step_seconds_count{action="REINDEX",phase="loading",step="item",outcome="done"} 1',
        'ingestion_step_seconds_count{action="REINDEX",phase="loading",step="item",outcome="failed"} 1',
      ]),
    )
  })

  test('leaves out the metrics of an unavailable source, and logs that once', async () => {
    const { read, lines } = createHarness({ listIndices: () => Promise.reject(new Error('away')) })
    expect(await read()).toContain('ingestion_source_up{source="opensearch"} 0')
    const again = await read()
    expect(again).toContain('ingestion_oldest_queued_task_seconds 42')
    expect(again.join('\n')).not.toMatch(/^ingestion_alias_lag_seconds\{/m)
    expect(lines).toMatchObject([{ level: 'warn', source: 'opensearch' }])
  })

  test('exports metrics of the database from one of all processes that share it, so that their sum is correct', async () => {
    const store = createMemoryTaskStore()
    let now = 0
    const start = (name: string) => {
      const leader = createMetricsLeader(store, name, { now: () => now })
      return { leader, read: createHarness({ lead: leader.lead }).read }
    }
    const [one, other] = [start('one'), start('other')]
    const shared = /^ingestion_(tasks|documents|oldest|active|waiting|alias)/
    const read = async ({ read }: typeof one) => (await read()).filter((line) => shared.test(line)).length
    expect(await read(one)).toBeGreaterThan(10)
    expect(await read(other)).toBe(0)
    expect(await other.read()).toContain('ingestion_metrics_leader 0')
    expect(await read(one)).toBeGreaterThan(10)
    // After it resigns, the next process that is scraped takes over, and the first one exports nothing when it returns.
    await one.leader.resign()
    expect(await read(other)).toBeGreaterThan(10)
    expect(await read(one)).toBe(0)
    expect(await one.read()).toContain('ingestion_metrics_leader 0')
    now += 3_600_000
    await one.leader.resign()
    expect(await read(other)).toBeGreaterThan(10)
  })

  test('a process that no longer leads keeps no state of what it does not read', async () => {
    let leads = (): Promise<boolean> => Promise.resolve(true)
    const { read } = createHarness({ lead: () => leads() })
    expect(await read()).toEqual(
      expect.arrayContaining([
        'ingestion_source_up{source="active_tasks"} 1',
        'ingestion_source_up{source="opensearch"} 1',
      ]),
    )
    const sources = async () => (await read()).filter((line) => line.startsWith('ingestion_source_up'))
    leads = () => Promise.reject(new Error('the database is unavailable'))
    expect(await sources()).toEqual(['ingestion_source_up{source="tasks"} 0'])
    leads = () => Promise.resolve(false)
    expect(await sources()).toEqual(['ingestion_source_up{source="tasks"} 1'])
  })

  test('leaves out unknown values, instead of a zero', async () => {
    const store = {
      statistics: () => Promise.reject(new Error('away')),
      list: () => Promise.reject(new Error('away')),
    }
    const { read } = createHarness({ store })
    expect((await read()).filter((line) => line.startsWith('ingestion_oldest'))).toEqual([])
    const { read: readOther, lines } = createHarness({ lead: () => Promise.reject(new Error('away')) })
    expect(await readOther()).toContain('ingestion_source_up{source="tasks"} 0')
    expect((await readOther()).filter((line) => /^ingestion_(oldest|tasks)/.test(line))).toEqual([])
    expect(lines).toHaveLength(1)
  })

  test('measures requests by route, so that there are as many series as routes', async () => {
    const { metrics, read } = createHarness()
    const { send } = createAppHarness({ metrics, observeRequest: metrics.requests, clock: systemClock })
    await send('/task/018f2b2e-7c1a-7000-8000-00000000ffff')
    await send('/task/018f2b2e-7c1a-7000-8000-00000000eeee')
    await send('/nothing/at/all')
    await send('/task', { method: 'BREW' })
    const answer = await send('/metrics')
    expect(answer.headers.get('Content-Type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await read()).toEqual(
      expect.arrayContaining([
        'ingestion_http_request_seconds_count{method="GET",route="/task/:id",status="404"} 2',
        'ingestion_http_request_seconds_count{method="GET",route="none",status="404"} 1',
        'ingestion_http_request_seconds_count{method="other",route="none",status="405"} 1',
      ]),
    )
    expect(await answer.text()).toContain('process_cpu_seconds_total')
  })
})
