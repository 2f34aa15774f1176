import { buildContestants } from './build.ts'
import { dashboardBench } from './dashboard.ts'
import { filteredBench } from './filtered.ts'
import { httpBench } from './http.ts'
import { writePage } from './page.ts'
import { pipelineBench } from './pipeline.ts'
import { reindexBench } from './reindex.ts'
import { scaleBench } from './scale.ts'

/** `npm run bench [-- NAME …]`: every bench, or those named. Results go to the terminal and to bench/results. */
const benches: Record<string, () => Promise<void>> = {
  reindex: reindexBench,
  pipeline: pipelineBench,
  filtered: filteredBench,
  http: httpBench,
  scale: scaleBench,
  dashboard: dashboardBench,
}

await buildContestants()
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
for (const name of names.length > 0 ? names : Object.keys(benches)) {
  const bench = benches[name]
  if (!bench) {
    console.error(`no bench ${name}; there are: ${Object.keys(benches).join(', ')}`)
    process.exit(2)
  }
  await bench()
  await writePage()
}
