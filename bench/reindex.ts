import { image } from '@ingestion-server/core'
import { loadRate, measure, measureProgram, rate, type Measurement } from './measure.ts'
import { options } from './options.ts'
import { preparePython, pythonScript } from './python.ts'
import { describe, median, report } from './report.ts'
import { withServices, type BenchServices } from './services.ts'

/** Names of the contestants in the table. */
const labels = {
  reindex: 'REINDEX',
  ceiling: 'ceiling',
  plain: 'plain script',
  python: 'Python script',
} as const

interface Contestant {
  name: keyof typeof labels
  run(suffix: string): Promise<Measurement>
}

/**
 * REINDEX beside its ceiling (prebuilt bodies, sent to an index with the same settings), a plain script, and the
 * Python client. Rounds are interleaved, each run in a separate process.
 */
export async function reindexBench(): Promise<void> {
  const { rows, rounds, slowRows } = options
  await withServices(rows, async (services) => {
    const contestants = listContestants(services)
    const measurements: Record<string, Measurement[]> = {}
    // The first round warms up the JVM and is not counted.
    for (let round = 0; round <= rounds; round++) {
      for (const { name, run } of contestants) {
        const measurement = await run(`bench-${name}-${round}`)
        console.log(`round ${round}: ${name} ${rate(measurement).toFixed(0)} documents/s`)
        if (round > 0) (measurements[name] ??= []).push(measurement)
      }
    }
    const ceiling = measurements['ceiling'] ?? []
    const summary = contestants.flatMap(({ name }) => {
      const runs = measurements[name] ?? []
      const hasPhases = name === 'reindex' || name === 'ceiling'
      return [
        summarize(labels[name], runs, rate, ceiling),
        ...(hasPhases ? [summarize(`${labels[name]}, load phase`, runs, loadRate, ceiling)] : []),
      ]
    })
    await report(`reindex-${rows}`, summary, measurements, {
      opensearch: services.openSearch.version,
      rows,
      slowRows,
      rounds,
    })
  })
}

function listContestants({ postgres, openSearch }: BenchServices): Contestant[] {
  const urls = [postgres.url, openSearch.url]
  const slowRows = String(options.slowRows)
  const python = preparePython()
  const { mappings, analysis } = image
  const index = JSON.stringify({ mappings, settings: { analysis } })
  return [
    { name: 'reindex', run: (suffix) => measure('reindex', [...urls, suffix]) },
    { name: 'ceiling', run: (suffix) => measure('ceiling', [...urls, suffix]) },
    { name: 'plain', run: (suffix) => measure('plain', [...urls, suffix, slowRows]) },
    ...(python
      ? [
          {
            name: 'python' as const,
            run: (suffix: string) => measureProgram(python, pythonScript, [...urls, suffix, slowRows, index]),
          },
        ]
      : []),
  ]
}

/**
 * A run beside the ceiling of the same round, up to its last response and up to when all documents can be searched:
 * other load on the machine slowed both.
 */
function summarize(
  name: string,
  runs: readonly Measurement[],
  rateOf: (run: Measurement) => number,
  ceiling: readonly Measurement[],
) {
  const sharesOf = (topRateOf: (run: Measurement) => number) =>
    runs.flatMap((run, round) => {
      const top = ceiling[round]
      return top ? [rateOf(run) / topRateOf(top)] : []
    })
  const shares = sharesOf(loadRate)
  return {
    what: name,
    'documents/s': describe(runs.map(rateOf)),
    'of ceiling': describe(shares, 2),
    // Every contestant has to turn the documents in memory into segments at the end of its load.
    'of ceiling, searchable': rateOf === rate ? describe(sharesOf(rate), 2) : '',
    share: median(shares),
    'client CPU, µs': describe(
      runs.map((run) => run.cpuMicrosecondsPerDocument),
      1,
    ),
    'peak MB': describe(runs.map((run) => run.peakResidentMegabytes)),
  }
}
