import { startServerProcess } from '../apps/server/test/support/server-process.ts'
import { options } from './options.ts'
import { describe, report } from './report.ts'
import { withServices } from './services.ts'

const requests = 200
const pauseMs = 20

/** How long `POST /task` and `GET /task/{id}` take while a REINDEX loads in the same process. */
export async function httpBench(): Promise<void> {
  const { rows } = options
  await withServices(rows, async ({ postgres, openSearch }) => {
    const server = await startServerProcess({ DATABASE_URL: postgres.url, OPENSEARCH_URL: openSearch.url })
    const idle = await measureCalls(server.baseUrl, null)
    const task = await server.submit({ model: 'image', action: 'REINDEX', index_suffix: 'http' })
    await server.waitFor(task.task_id, ({ phase }) => phase === 'loading')
    const loading = await measureCalls(server.baseUrl, task.task_id)
    const { active } = await server.getTask(task.task_id)
    if (!active) console.log('the load ended before the calls did: take more rows (BENCH_ROWS)')
    await server.stop()
    const summary = Object.entries({ idle, loading }).flatMap(([when, calls]) =>
      Object.entries(calls).map(([call, times]) => ({
        call: `${call}, ${when}`,
        'p50, ms': quantile(times, 0.5).toFixed(1),
        'p99, ms': quantile(times, 0.99).toFixed(1),
        'ms, median (range)': describe(times, 1),
      })),
    )
    await report('http', summary, { idle, loading }, { rows, requests })
  })
}

async function measureCalls(baseUrl: string, taskId: string | null) {
  const times: Record<string, number[]> = {}
  const time = async (name: string, call: () => Promise<Response>) => {
    const since = performance.now()
    await (await call()).arrayBuffer()
    ;(times[name] ??= []).push(performance.now() - since)
  }
  for (let request = 0; request < requests; request++) {
    // An index that isn't there: the answer needs Postgres and OpenSearch, and makes no work.
    const body = JSON.stringify({ model: 'audio', action: 'DELETE_INDEX', index_suffix: 'none' })
    await time('POST /task', () =>
      fetch(`${baseUrl}/task`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
    )
    await time('GET /task/{id}', () => fetch(`${baseUrl}/task/${taskId ?? 'none'}`))
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  return times
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
