import { createContext, runToEnd } from './contestants/context.ts'
import { measure, rate, type Measurement } from './measure.ts'
import { options } from './options.ts'
import { describe, median, report } from './report.ts'
import { withServices } from './services.ts'
import { startSink } from './sink.ts'

const shards = 2
const suffix = 'verified'

/**
 * Both depths of the verification on an index that equals the table, in one process; in the same rounds, the rate at
 * which that process moves rows to a server that stores nothing.
 */
export async function verifyBench(): Promise<void> {
  const { verifyRows: rows, rounds } = options
  await withServices(rows, async ({ postgres, openSearch }) => {
    const { context, close } = await createContext(postgres.url, openSearch.url, { shards })
    const task = await runToEnd(context, { model: 'image', action: 'REINDEX', index_suffix: suffix })
    await close()
    const sink = await startSink()
    const against = [postgres.url, openSearch.url, task.index, String(rows), String(shards)]
    const contestants = {
      pipeline: () => measure('pipeline', ['send', postgres.url, sink.url]),
      ids: () => measure('verify', ['ids', ...against]),
      documents: () => measure('verify', ['documents', ...against]),
    }
    const measurements: Record<string, Measurement[]> = {}
    // The first round warms up the JVM and is not counted.
    for (let round = 0; round <= rounds; round++) {
      for (const [name, run] of Object.entries(contestants)) {
        const measurement = await run()
        console.log(`round ${round}: ${name} ${rate(measurement).toFixed(0)} documents/s`)
        if (round > 0) (measurements[name] ??= []).push(measurement)
      }
    }
    await sink.stop()
    const names = { pipeline: 'rows to a sink', ids: 'verify: ids', documents: 'verify: documents' }
    const summary = Object.entries(names).map(([name, what]) => {
      const runs = measurements[name] ?? []
      const shares = runs.map((run, round) => rate(run) / rate(measurements['pipeline']?.[round] ?? run))
      return {
        what,
        'documents/s': describe(runs.map(rate)),
        'of rows to a sink': describe(shares, 2),
        share: median(shares),
        'CPU, µs': describe(
          runs.map((run) => run.cpuMicrosecondsPerDocument),
          1,
        ),
        'peak MB': describe(runs.map((run) => run.peakResidentMegabytes)),
      }
    })
    await report(`verify-${rows}`, summary, measurements, { opensearch: openSearch.version, rows, rounds })
  })
}
