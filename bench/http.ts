import { startServerProcess } from '../apps/server/test/support/server-process.ts'
import { listen } from './listeners.ts'
import { options } from './options.ts'
import { report, type Row } from './report.ts'
import { withServices } from './services.ts'

const requests = 200
const pauseMs = 20
const listenerCount = 500

type Times = Record<string, number[]>

/**
 * How long `POST /task` and `GET /task/{id}` take while a REINDEX loads in the same process, also while 500 listeners
 * follow it; and how late these are told what happens.
 */
export async function httpBench(): Promise<void> {
  const { rows } = options
  await withServices(rows, async ({ postgres, openSearch }) => {
    const server = await startServerProcess({ DATABASE_URL: postgres.url, OPENSEARCH_URL: openSearch.url })
    const { task_id: id } = await server.submit({ model: 'image', action: 'REINDEX', index_suffix: 'http' })
    await server.waitFor(id, ({ phase }) => phase === 'loading')
    const loading = await measureCalls(server.baseUrl, id)
    const listeners = await listen(server.baseUrl, id, listenerCount)
    const listened = await measureCalls(server.baseUrl, id)
    const { phase } = await server.getTask(id)
    if (phase !== 'loading') {
      throw new Error('the load ended before the calls did: take more rows (BENCH_ROWS)')
    }
    await server.waitForEnd(id)
    await listeners.ended
    const idle = await measureCalls(server.baseUrl, id)
    await server.stop()
    const { delaysMs } = listeners
    const summary = [
      ...summarize(idle, 'nothing else'),
      ...summarize(loading, 'a load'),
      ...summarize(listened, `a load, ${listenerCount} listeners`),
      ...summarize({ 'an event at a listener': delaysMs }, `a load, ${listenerCount} listeners`),
    ]
    const pictures = listeners.progress() / listenerCount
    await report('http', summary, { idle, loading, listened, delaysMs }, { rows, requests, pictures })
  })
}

function summarize(calls: Times, during: string): Row[] {
  return Object.entries(calls).map(([call, times]) => ({
    what: `${call}, during ${during}`,
    'p50, ms': quantile(times, 0.5).toFixed(1),
    'p99, ms': quantile(times, 0.99).toFixed(1),
    'most, ms': Math.max(...times).toFixed(1),
    of: times.length,
  }))
}

async function measureCalls(baseUrl: string, taskId: string): Promise<Times> {
  const times: Times = {}
  const time = async (name: string, expected: number, call: () => Promise<Response>) => {
    const since = performance.now()
    const response = await call()
    await response.arrayBuffer()
    ;(times[name] ??= []).push(performance.now() - since)
    if (response.status !== expected) throw new Error(`${name}: ${response.status}`)
  }
  for (let request = 0; request < requests; request++) {
    // An index that is not there: the answer needs Postgres and OpenSearch, and makes no work.
    const body = JSON.stringify({ model: 'audio', action: 'DELETE_INDEX', index_suffix: 'none' })
    await time('POST /task', 404, () =>
      fetch(`${baseUrl}/task`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
    )
    await time('GET /task/{id}', 200, () => fetch(`${baseUrl}/task/${taskId}`))
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  return times
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
