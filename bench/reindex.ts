import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  createCatalogTables,
  loadRepeatedRows,
  loadSampleData,
  startOpenSearch,
  startPostgres,
} from '@ingestion-server/local-services'
import { describe, median, report } from './report.ts'

/** What a measured process says at its end. */
export interface Measurement {
  documents: number
  /** Whole run, and the load phase alone. */
  seconds: number
  loadSeconds: number
  /** CPU of the process while it ran, its start left out. */
  cpuMicrosecondsPerDocument: number
  peakResidentMegabytes: number
}

const rows = Number(process.env['BENCH_ROWS'] ?? 200_000)
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const sampleDataDir = process.env['SAMPLE_DATA_DIR'] ?? resolve(import.meta.dirname, '../../shared/data')

/**
 * REINDEX beside its ceiling: the same bodies, made beforehand, sent to an index of the same settings with the
 * same number of requests under way. Rounds are interleaved, each in a process of its own.
 */
export async function reindexBench(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ingestion-bench-'))
  const onProgress = (message: string) => console.log(message)
  const [postgres, openSearch] = await Promise.all([
    startPostgres({ dataDir: join(dataDir, 'postgres'), onProgress }),
    startOpenSearch({ dataDir: join(dataDir, 'opensearch'), onProgress }),
  ])
  try {
    await createCatalogTables(postgres.url)
    console.log(`loading ${rows} rows`)
    await loadSampleData(postgres.url, sampleDataDir)
    await loadRepeatedRows(postgres.url, { model: 'image', count: rows })
    const run = (script: string, round: number) =>
      measure(script, [postgres.url, openSearch.url, `bench-${script}-${round}`])
    const ours: Measurement[] = []
    const ceiling: Measurement[] = []
    // The first round of each warms the JVM and is thrown away.
    for (let round = 0; round <= rounds; round++) {
      const [our, best] = [await run('reindex-ours', round), await run('reindex-ceiling', round)]
      console.log(
        `round ${round}: ours ${rate(our).toFixed(0)} docs/s (load alone ${loadRate(our).toFixed(0)}), ceiling ${rate(best).toFixed(0)} docs/s`,
      )
      if (round > 0) {
        ours.push(our)
        ceiling.push(best)
      }
    }
    const top = median(ceiling.map(rate))
    await report(
      'reindex',
      [
        summarize('ours, whole task', ours, rate, top),
        summarize('ours, load phase', ours, loadRate, top),
        summarize('ceiling', ceiling, rate, top),
      ],
      { ours, ceiling },
      { opensearch: openSearch.version, rows, rounds },
    )
  } finally {
    await Promise.all([postgres.stop(), openSearch.stop()])
    await rm(dataDir, { recursive: true, force: true })
  }
}

const rate = ({ documents, seconds }: Measurement) => documents / seconds
const loadRate = ({ documents, loadSeconds }: Measurement) => documents / loadSeconds

function summarize(name: string, runs: Measurement[], rateOf: (run: Measurement) => number, top: number) {
  return {
    what: name,
    'docs/s': describe(runs.map(rateOf)),
    'of ceiling': (median(runs.map(rateOf)) / top).toFixed(2),
    'client CPU, µs/doc': describe(
      runs.map((run) => run.cpuMicrosecondsPerDocument),
      1,
    ),
    'peak resident, MB': describe(runs.map((run) => run.peakResidentMegabytes)),
  }
}

function measure(script: string, args: readonly string[]): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, `${script}.ts`), args)
    let measurement: Measurement | null = null
    child.on('message', (message) => (measurement = message as Measurement))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (measurement && code === 0) resolve(measurement)
      else reject(new Error(`${script} ended with code ${code}`))
    })
  })
}
