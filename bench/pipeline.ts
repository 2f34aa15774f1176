import { cpuOfTree, measure, rate, type Measurement } from './measure.ts'
import { options } from './options.ts'
import { describe, median, report } from './report.ts'
import { withPostgres } from './services.ts'
import { startSink } from './sink.ts'

const steps = ['read', 'convert', 'send'] as const

/**
 * From rows to bodies in one process, into a sink that responds immediately: documents per second, and the cost of each
 * step (each run includes the steps before it, which are subtracted), with the CPU time of Postgres beside it.
 */
export async function pipelineBench(): Promise<void> {
  const { rows, rounds } = options
  await withPostgres(rows, async (postgres) => {
    const sink = await startSink()
    const measurements: Record<string, (Measurement & { postgresMicroseconds: number })[]> = {}
    for (let round = 0; round <= rounds; round++) {
      for (const step of steps) {
        const cpuBefore = await cpuOfTree(postgres.pid)
        const measurement = await measure('pipeline', [step, postgres.url, sink.url])
        const postgresMicroseconds = ((await cpuOfTree(postgres.pid)) - cpuBefore) / measurement.documents
        console.log(`round ${round}: up to ${step} ${rate(measurement).toFixed(0)} documents/s`)
        if (round > 0) (measurements[step] ??= []).push({ ...measurement, postgresMicroseconds })
      }
    }
    await sink.stop()
    const cpuUpTo = (step: string | undefined) =>
      median((measurements[step ?? ''] ?? []).map((run) => run.cpuMicrosecondsPerDocument))
    const summary = steps.map((step, index) => {
      const runs = measurements[step] ?? []
      const before = index === 0 ? 0 : cpuUpTo(steps[index - 1])
      return {
        'up to': step,
        'documents/s': describe(runs.map(rate)),
        'CPU, µs': describe(
          runs.map((run) => run.cpuMicrosecondsPerDocument),
          1,
        ),
        'of this step, µs': (cpuUpTo(step) - before).toFixed(1),
        'Postgres, µs': describe(
          runs.map((run) => run.postgresMicroseconds),
          1,
        ),
        'peak MB': describe(runs.map((run) => run.peakResidentMegabytes)),
      }
    })
    await report('pipeline', summary, measurements, { rows, rounds })
  })
}
