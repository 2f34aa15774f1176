import { setTimeout as delay } from 'node:timers/promises'
import {
  connectPostgres,
  createDrizzleTaskStore,
  migrateTaskStore,
  type TaskStore,
} from '@ingestion-server/core'
import { startPostgres } from '@ingestion-server/local-services'
import postgres from 'postgres'
import { describe, median, report } from './report.ts'

/** Tasks in the store: some years of operation. */
const tasks = 100_000
const rounds = 15
/** Between two calls, so that a busy machine slows all of them down alike. */
const pauseMs = 5

/** Duration of lists, searches and summaries over a long history of tasks, from the store of the server. */
export async function historyBench(): Promise<void> {
  const server = await startPostgres({ onProgress: (message) => console.log(message) })
  try {
    const connection = connectPostgres(server.url)
    await migrateTaskStore(connection.db)
    await fillHistory(server.url)
    const store = createDrizzleTaskStore(connection.db)
    const times: Record<string, number[]> = {}
    // The first round is not counted: it reads the indices from the disk. The calls of a round are interleaved.
    for (let round = 0; round <= rounds; round++) {
      for (const [name, call] of Object.entries(calls(store, await middleToken(store)))) {
        const start = performance.now()
        await call()
        const ms = performance.now() - start
        if (round > 0) (times[name] ??= []).push(ms)
        await delay(pauseMs)
      }
    }
    await connection.close()
    const summary = Object.entries(times).map(([what, ms]) => ({ what, ms: describe(ms, 1) }))
    await report('history', summary, times, { tasks, rounds })
    const slow = Object.entries(times).filter(([, ms]) => median(ms) > 100)
    if (slow.length > 0) console.warn('slower than 100 ms:', slow.map(([name]) => name).join(', '))
  } finally {
    await server.stop()
  }
}

/** A page in the middle of the history. */
async function middleToken(store: TaskStore): Promise<string | undefined> {
  const { nextPageToken } = await store.list({ createdBefore: '2026-06-01T00:00:00Z', pageSize: 1 })
  return nextPageToken ?? undefined
}

function calls(store: TaskStore, pageToken: string | undefined): Record<string, () => Promise<unknown>> {
  const pageSize = 50
  return {
    'list: newest': () => store.list({ pageSize }),
    'list: a page in the middle': () => store.list({ pageSize, pageToken }),
    'list: oldest': () => store.list({ sort: 'oldest', pageSize }),
    'list: longest': () => store.list({ sort: 'longest', pageSize }),
    'list: recently finished': () => store.list({ sort: 'recently_finished', pageSize }),
    'list: failed or cancelled, longest': () =>
      store.list({ status: ['failed', 'cancelled'], sort: 'longest', pageSize }),
    'list: a rare error code': () => store.list({ errorCode: 'workers_lost', pageSize }),
    'search: most tasks': () => store.list({ q: 'image', pageSize }),
    'search: one index': () => store.list({ q: '00777', pageSize }),
    'search: nothing': () => store.list({ q: 'there is no such', pageSize }),
    'search: a requester, oldest': () => store.list({ q: 'ZOË', sort: 'oldest', pageSize }),
    'search: start of an id, longest': () => store.list({ q: '0190a', sort: 'longest', pageSize }),
    'summary: all': () => store.summarize({}),
    'summary: search for most tasks': () => store.summarize({ q: 'image' }),
    'summary: search for nothing': () => store.summarize({ q: 'there is no such' }),
    'summary: a model and a month': () =>
      store.summarize({
        model: 'audio',
        createdAfter: '2026-05-01T00:00:00Z',
        createdBefore: '2026-06-01T00:00:00Z',
      }),
  }
}

/** Tasks of all kinds with rows of usual size; 7 % failed, with six codes, one of them rare. */
async function fillHistory(url: string): Promise<void> {
  console.log(`inserting ${tasks} tasks`)
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  await sql`insert into ingestion.task
    (id, model, action, request, status, phase, index_name, reserve, state, error, result, requested_by,
      created_at, started_at, finished_at)
    select ('0190' || lpad(to_hex(n), 4, '0') || substr(md5(n::text), 9))::uuid,
      case when n % 3 = 0 then 'audio' else 'image' end,
      (array['REINDEX', 'CREATE_AND_POPULATE_FILTERED_INDEX', 'POINT_ALIAS', 'DELETE_INDEX'])[n % 4 + 1],
      json_build_object('model', 'image', 'action', 'REINDEX', 'index_suffix', lpad(n::text, 8, '0')),
      case when n > ${tasks - 3} then 'running' when n % 100 < 7 then 'failed' when n % 100 < 12 then 'cancelled'
        else 'succeeded' end,
      'done', case when n % 3 = 0 then 'audio-' else 'image-' end || lpad(n::text, 8, '0'), '[]',
      json_build_object('indexUuid', md5(n::text), 'planMark', repeat('x', 500)),
      case when n <= ${tasks - 3} and n % 100 < 7 then json_build_object('index', 'image',
        'code', case when n % 20000 = 1 then 'workers_lost' else (array['search_refused', 'documents_failed',
          'index_busy', 'verification_failed', 'table_replaced'])[n % 5 + 1] end,
        'title', 'Error', 'detail', repeat('why it failed ', 20)) end,
      json_build_object('bytes', n, 'verification', repeat('y', 200)),
      case when n % 50 = 0 then 'Zoë' else 'ci@example.org' end,
      at, at + interval '1 second',
      case when n <= ${tasks - 3} then at + interval '1 second' * (1 + (n * 7919) % 4000) end
    from generate_series(1, ${tasks}) n,
      lateral (select '2025-11-28T00:00:00Z'::timestamptz + n * interval '5 minutes' as at) as moment`
  // As autovacuum does within a minute.
  await sql`vacuum (analyze) ingestion.task`
  await sql.end()
}
