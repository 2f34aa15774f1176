import { readNamesOrExit } from '../scripts/read-names.ts'
import { buildContestants } from './build.ts'
import { dashboardBench } from './dashboard.ts'
import { enduranceBench } from './endurance.ts'
import { filteredBench } from './filtered.ts'
import { historyBench } from './history.ts'
import { httpBench } from './http.ts'
import { writePage } from './page.ts'
import { pipelineBench } from './pipeline.ts'
import { reindexBench } from './reindex.ts'
import { scaleBench } from './scale.ts'
import { verifyBench } from './verify.ts'

/** `npm run bench [-- NAME …]`: all benchmarks, or the named ones. Results are printed and written to bench/results. */
const benches: Record<string, () => Promise<void>> = {
  reindex: reindexBench,
  pipeline: pipelineBench,
  verify: verifyBench,
  filtered: filteredBench,
  http: httpBench,
  history: historyBench,
  scale: scaleBench,
  dashboard: dashboardBench,
  endurance: enduranceBench,
}
/** Takes an hour, so it runs only when it is named. */
const longBenches = ['endurance']

const known = Object.keys(benches)
const names = readNamesOrExit(
  `npm run bench -- [NAME …]

Runs all benchmarks except endurance, or those named: ${known.join(', ')}. BENCH_ROWS, BENCH_ROUNDS and the other variables of
bench/options.ts set how much they measure.

  --help
`,
  known,
)
await buildContestants()
const chosen = names.length > 0 ? names : known.filter((name) => !longBenches.includes(name))
for (const name of chosen) {
  await benches[name]?.()
  await writePage()
}
