import { join, resolve } from 'node:path'
import { connectPostgres, createDrizzleTaskStore } from '@ingestion-server/core'
import { nodeOptions } from '@ingestion-server/local-services'
import postgres from 'postgres'
import { startServer, startWorker } from '@ingestion-server/server/testing/run-server.ts'
import { buildApp } from '../scripts/build-app.ts'
import { checkFlatness, type Flatness } from './endurance/is-flat.ts'
import { runMixedWork } from './endurance/mixed-work.ts'
import { takeSample, toSeries, type Sample, type Sources } from './endurance/sample.ts'
import { options } from './options.ts'
import { report } from './report.ts'
import { withServices } from './services.ts'

const root = resolve(import.meta.dirname, '..')
const serverMain = join(root, 'apps/server/dist/main.mjs')
const sensitiveTerms = new URL('../scripts/sample-sensitive-terms.txt', import.meta.url).href
/** So few that a task takes less than a second. */
const rows = 200
const callers = 32
const workersPerProcess = 16
const sampleIntervalMs = 10_000
/** With fewer tasks than this, a flat line means little. */
const enoughShare = 0.9
/** Megabytes. */
const smallTable = 0.1
/** Tasks are kept for this share of the run, so that most of it is after the first removal. */
const keptShare = 1 / 8

/**
 * A long run of mixed work with real processes. The usage of processes, Postgres and OpenSearch is sampled, and
 * has to be flat after the first quarter.
 *
 * @throws Error that names what grew, or which task failed
 */
export async function enduranceBench(): Promise<void> {
  const { minutes, tasks, workers } = options
  const durationMs = minutes * 60_000
  await buildApp('server', { root })
  await withServices(rows, async ({ postgres: database, openSearch }) => {
    const env = {
      DATABASE_URL: database.url,
      OPENSEARCH_URL: openSearch.url,
      SENSITIVE_TERMS_URL: sensitiveTerms,
      LOG_LEVEL: 'warn',
    }
    const runtime = { program: process.execPath, args: nodeOptions, main: serverMain }
    const api = await startServer(runtime, { ...env, ROLE: 'api' })
    const workerEnv = { ...env, MAX_CONCURRENT: String(workersPerProcess) }
    const working = await Promise.all(
      Array.from({ length: Math.ceil(workers / workersPerProcess) }, () => startWorker(runtime, workerEnv)),
    )
    const processes: Record<string, number> = { api: api.pid }
    for (const [index, { pid }] of working.entries()) processes[`worker ${index + 1}`] = pid
    const sql = postgres(database.url, {
      max: 1,
      prepare: false,
      onnotice: () => undefined,
      connection: { application_name: 'sampler' },
    })
    const stopSampling = startSampling({
      processes,
      baseUrl: api.baseUrl,
      openSearchUrl: openSearch.url,
      sql,
    })
    const stopRemoving = startRemoving(database.url, durationMs * keptShare)
    const work = await runMixedWork({ baseUrl: api.baseUrl, tasks, durationMs, callers })
    const samples = await stopSampling()
    const removed = await stopRemoving()
    for (const each of [api, ...working]) await each.stop()
    const log = [api, ...working].map((each) => each.log()).join('')
    await sql.end()

    console.table(work.outcomes)
    const series = toSeries(samples)
    const flatness = Object.entries(series).map(([name, values]) => checkFlatness(name, values))
    const summary = flatness.filter(isOfInterest).map(({ series, quarters, isFlat }) => ({
      what: series,
      ...Object.fromEntries(
        quarters.map((value, quarter) => [`quarter ${quarter + 1}`, Number(value.toFixed(2))]),
      ),
      flat: isFlat ? 'yes' : 'NO',
    }))
    const done = Object.entries(work.outcomes)
      .filter(([what]) => !what.startsWith('GET '))
      .reduce((sum, [, count]) => sum + count, 0)
    const facts = { minutes, tasks, done, workers, rows, removed }
    const measurements = { outcomes: work.outcomes, problems: work.problems, series }
    await report('endurance', summary, measurements, facts)
    const growing = flatness.filter(({ isFlat }) => !isFlat).map(({ series }) => series)
    if (work.problems.length > 0) throw new Error(`${work.problems.join('\n')}\n${log.slice(-5_000)}`)
    if (done < tasks * enoughShare)
      throw new Error(`only ${done} of ${tasks} tasks were done: the machine is too slow for them`)
    if (growing.length > 0) throw new Error(`not flat: ${growing.join('; ')}`)
  })
}

/** Most tables of the queue are empty, or nearly so. */
const isOfInterest = ({ series, quarters }: Flatness) =>
  !series.startsWith('table ') || Math.max(...quarters) > smallTable

/** @returns a function that ends the sampling and returns the samples */
function startSampling(sources: Sources): () => Promise<Sample[]> {
  const samples: Sample[] = []
  const stop = repeat(sampleIntervalMs, async () => void samples.push(await takeSample(sources)))
  return async () => {
    await stop()
    return samples
  }
}

/**
 * Removes old tasks like the server, which checks once an hour and keeps them for at least a day.
 *
 * @returns a function that ends it, and returns the number of removed tasks
 */
function startRemoving(databaseUrl: string, keptMs: number): () => Promise<number> {
  const connection = connectPostgres(`${databaseUrl}?application_name=retention`, { maxConnections: 1 })
  const store = createDrizzleTaskStore(connection.db)
  const retention = { tasksMs: keptMs, failedDocumentsMs: keptMs / 3, limit: 10 }
  let removed = 0
  const stop = repeat(sampleIntervalMs, async () => {
    for (let last = 1; last > 0; removed += last) last = (await store.removeOld(retention)).tasks
  })
  return async () => {
    await stop()
    await connection.close()
    return removed
  }
}

/** @returns a function that ends it after the current run. @throws errors of a run */
function repeat(intervalMs: number, run: () => Promise<void>): () => Promise<void> {
  const stopping = new AbortController()
  const ended = (async () => {
    while (!stopping.signal.aborted) {
      await run()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, intervalMs)
        stopping.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
      })
    }
  })()
  ended.catch(() => undefined)
  return async () => {
    stopping.abort()
    await ended
  }
}
