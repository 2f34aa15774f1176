import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { submitTask } from '@ingestion-server/core'
import { contestantsFolder } from './build.ts'
import { createContext } from './contestants/context.ts'
import { measure, rate, type Measurement } from './measure.ts'
import { options } from './options.ts'
import { countWorkers, describe, report } from './report.ts'
import { measureSaves } from './saves.ts'
import { withServices, type BenchServices } from './services.ts'
import { startSink } from './sink.ts'

const workerCounts = [1, 2, 4]
/** Latency of a remote or busy cluster, per request. */
const latencyMs = 1_500
const pollMs = 50
/** The rate is measured between these shares of the rows, because it should not include the start of processes. */
const [steadyFrom, steadyTo] = [0.1, 0.9]

/** Workers on one task with slow requests, and workers that only save pages; time and memory of one by table size. */
export async function scaleBench(): Promise<void> {
  const { rows, maxRows, rounds } = options
  const summary: Record<string, string | number>[] = []
  const measurements: Record<string, unknown> = {}
  await withServices(rows, async (services) => {
    // The first read of rows after they were written is slower: the first contestant would pay for all.
    await loadWith(services, 1, 'scale-warm')
    const rates: Record<number, number[]> = {}
    for (let round = 1; round <= rounds; round++) {
      for (const workers of workerCounts) {
        const loaded = await loadWith(services, workers, `scale-${workers}-${round}`)
        console.log(`round ${round}: ${countWorkers(workers)} ${loaded.toFixed(0)} documents/s`)
        ;(rates[workers] ??= []).push(loaded)
      }
    }
    const saves = await measureSaves(services.postgres.url)
    measurements['workers'] = rates
    measurements['saves'] = saves.measurements
    for (const workers of workerCounts) {
      summary.push({
        what: `${countWorkers(workers)}, slow sink`,
        'documents/s': describe(rates[workers] ?? []),
      })
    }
    summary.push(...saves.summary)
  })
  const sizes = [maxRows / 10, maxRows / 4, maxRows * 0.3, maxRows].map(Math.round)
  for (const size of sizes) {
    await withServices(size, async ({ postgres, openSearch }) => {
      const runs: Measurement[] = []
      for (let round = 1; round <= rounds; round++) {
        runs.push(await measure('reindex', [postgres.url, openSearch.url, `size-${round}`]))
      }
      measurements[`${size} rows`] = runs
      summary.push({
        what: `${size} rows`,
        'documents/s': describe(runs.map(rate)),
        seconds: describe(
          runs.map(({ seconds }) => seconds),
          1,
        ),
        'peak MB': describe(runs.map(({ peakResidentMegabytes }) => peakResidentMegabytes)),
      })
    })
  }
  await report('scale', summary, measurements, { rows, maxRows, latencyMs, rounds })
}

/** @returns rows per second, between the two shares of them */
async function loadWith({ postgres, openSearch }: BenchServices, workers: number, suffix: string) {
  const sink = await startSink(latencyMs, openSearch.url)
  const { context, close } = await createContext(postgres.url, sink.url)
  const request = { model: 'image', action: 'REINDEX', index_suffix: suffix } as const
  const { id } = await submitTask(context, request)
  const children = Array.from({ length: workers }, () =>
    fork(join(contestantsFolder, 'load-worker.mjs'), [postgres.url, sink.url, id]),
  )
  const seen: { at: number; read: number }[] = []
  for (;;) {
    const task = await context.store.get(id)
    if (task?.error) throw new Error(task.error.detail)
    if (task) seen.push({ at: performance.now(), read: task.counts.read })
    // The loaded documents are not stored: the task can't be verified, and is not continued.
    if (task?.loadFinishedAt) {
      const exits = children.map((child) => once(child, 'exit'))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(exits)
      await sink.stop()
      await context.search.indices.delete({ index: task.index }).catch(() => undefined)
      await close()
      return steadyRate(seen)
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

function steadyRate(seen: readonly { at: number; read: number }[]): number {
  const all = seen.at(-1)?.read ?? 0
  const firstAt = (share: number) => seen.find(({ read }) => read >= all * share)
  const [from, to] = [firstAt(steadyFrom), firstAt(steadyTo)]
  if (!from || !to || to.at === from.at) throw new Error('too few rows for a rate: take more (BENCH_ROWS)')
  return ((to.read - from.read) / (to.at - from.at)) * 1000
}
