import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { join, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { nodeOptions } from '@ingestion-server/local-services'
import { startServer } from '@ingestion-server/server/testing/run-server.ts'
import { buildApp } from '../scripts/build-app.ts'
import { options } from './options.ts'
import { report, type Row } from './report.ts'
import { withServices } from './services.ts'
import { subscribe } from './subscribers.ts'

const root = resolve(import.meta.dirname, '..')
const serverMain = join(root, 'apps/server/dist/main.mjs')
const requests = 500
/** Warm-up calls, because a server compiles its code on first use. */
const warmUpRequests = 200
const pauseMs = 20
const subscriberCount = 500
/** Documents of the load before the measurement: a JVM is slow right after its start. */
const warmUpDocuments = 50_000
const loadTimeoutMs = 3_600_000

type Times = Record<string, number[]>

/**
 * Duration of `POST /task` and `GET /task/{id}` while a REINDEX loads in the same process, also with 500 subscribers to
 * its events; and the delay of their events. Beside them, lower bounds on a busy machine: `GET /livez`, which needs no service,
 * and the request that `POST /task` sends to OpenSearch, sent directly.
 */
export async function httpBench(): Promise<void> {
  const { maxRows: rows } = options
  await buildApp('server', { root })
  await withServices(rows, async ({ postgres, openSearch }) => {
    const urls = { DATABASE_URL: postgres.url, OPENSEARCH_URL: openSearch.url }
    const server = await startServer({ program: process.execPath, args: nodeOptions, main: serverMain }, urls)
    const { task_id: id } = await server.submit({ model: 'image', action: 'REINDEX', index_suffix: 'http' })
    await server.waitFor(id, ({ counts }) => counts.indexed >= warmUpDocuments, loadTimeoutMs)
    const measureCalls = (count = requests) => measure(server.baseUrl, openSearch.url, id, count)
    await measureCalls(warmUpRequests)
    const loading = await measureCalls()
    const subscribers = await subscribe(server.baseUrl, id, subscriberCount)
    const withSubscribers = await measureCalls()
    const { phase } = await server.getTask(id)
    if (phase !== 'loading') {
      throw new Error('the load ended before the calls did: take more rows (BENCH_MAX_ROWS)')
    }
    await server.waitForEnd(id, loadTimeoutMs)
    await subscribers.ended
    const idle = await measureCalls()
    await server.stop()
    const { delaysMs } = subscribers
    const subscribed = `during a load with ${subscriberCount} subscribers`
    const summary = [
      ...summarize(idle, 'idle'),
      ...summarize(loading, 'during a load'),
      ...summarize(withSubscribers, subscribed),
      ...summarize({ 'event delivery to a subscriber': delaysMs }, subscribed),
    ]
    const facts = { rows, requests, 'snapshots per subscriber': subscribers.progress() / subscriberCount }
    await report('http', summary, { idle, loading, withSubscribers, delaysMs }, facts)
  })
}

function summarize(calls: Times, state: string): Row[] {
  return Object.entries(calls).map(([call, times]) => ({
    what: `${call}, ${state}`,
    'p50, ms': quantile(times, 0.5).toFixed(1),
    'p99, ms': quantile(times, 0.99).toFixed(1),
    'max, ms': Math.max(...times).toFixed(1),
    samples: times.length,
  }))
}

async function measure(
  baseUrl: string,
  openSearchUrl: string,
  taskId: string,
  count: number,
): Promise<Times> {
  const times: Times = {}
  const agent = new Agent({ keepAlive: true })
  const time = async (name: string, expected: number, method: string, url: string, body?: string) => {
    const since = performance.now()
    const status = await call(agent, method, url, body)
    ;(times[name] ??= []).push(performance.now() - since)
    if (status !== expected) throw new Error(`${name}: ${status}`)
  }
  for (let request = 0; request < count; request++) {
    // A missing index: the response needs Postgres and OpenSearch, and starts no work.
    const body = JSON.stringify({ model: 'audio', action: 'DELETE_INDEX', index_suffix: 'none' })
    await time('POST /task', 404, 'POST', `${baseUrl}/task`, body)
    await time('GET /task/{id}', 200, 'GET', `${baseUrl}/task/${taskId}`)
    await time('GET /livez', 200, 'GET', `${baseUrl}/livez`)
    await time('OpenSearch itself', 404, 'GET', `${openSearchUrl}/audio-none`)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  agent.destroy()
  return times
}

/** A call over a connection that stays open, cheap for the caller. @returns the status */
async function call(agent: Agent, method: string, url: string, body?: string): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(url, { agent, method, headers }, resolve).on('error', reject).end(body)
  })
  await buffer(response)
  return response.statusCode ?? 0
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
