import { measure, rate } from './measure.ts'
import { options } from './options.ts'
import { countWorkers, describe, median, type Row } from './report.ts'

const workerCounts = [1, 8, 30, 64]
/** Items of one task, or of all tasks together. */
const items = 20_000
const secondsPerRun = 4

/** Pages that workers save per second, all on one task or each on a different task: one task has one row to lock. */
export async function measureSaves(
  postgresUrl: string,
): Promise<{ summary: Row[]; measurements: Record<string, { one: number[]; each: number[] }> }> {
  const measurements: Record<string, { one: number[]; each: number[] }> = {}
  for (let round = 1; round <= options.rounds; round++) {
    for (const workers of workerCounts) {
      const rates = (measurements[workers] ??= { one: [], each: [] })
      const run = async (tasks: number) => {
        const args = [postgresUrl, ...[workers, tasks, items, secondsPerRun].map(String)]
        const saved = rate(await measure('save-pages', args))
        console.log(`round ${round}: ${countWorkers(workers)} on ${tasks} tasks ${saved.toFixed(0)} pages/s`)
        return saved
      }
      rates.one.push(await run(1))
      rates.each.push(await run(workers))
    }
  }
  const summary = Object.entries(measurements).map(([workers, { one, each }]) => ({
    what: `${countWorkers(Number(workers))}, pages saved only`,
    'pages/s of one task': describe(one),
    'pages/s, a task for each': describe(each),
    'of a task for each': median(one.map((pages, round) => pages / (each[round] ?? NaN))).toFixed(2),
  }))
  return { summary, measurements }
}
