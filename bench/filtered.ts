import postgres from 'postgres'
import { image } from '@ingestion-server/core'
import { createContext, runToEnd } from './contestants/context.ts'
import { options } from './options.ts'
import { describe, median, report } from './report.ts'
import { withServices } from './services.ts'

/** One row in so many has a sensitive term of its share: 0.1 %, 1 %, 5 %. */
const everyRows = { '0.1 %': 1_000, '1 %': 100, '5 %': 20 }
const termCounts = [10, 1_000, 5_000]
/** Terms of each share that are in titles. */
const plantedTerms = 10

/** A filtered index by clone and delete beside `_reindex` with the same terms as a must_not, in one call. */
export async function filteredBench(): Promise<void> {
  const { rows, rounds } = options
  await withServices(rows, async ({ postgres: { url }, openSearch }) => {
    await plantTerms(url)
    const { context, close } = await createContext(url, openSearch.url, { shards: 2 })
    await runToEnd(context, { model: 'image', action: 'REINDEX', index_suffix: 'source' })
    const measurements: Record<string, { ours: number[]; reindex: number[] }> = {}
    for (let round = 1; round <= rounds; round++) {
      for (const [share, every] of Object.entries(everyRows)) {
        for (const count of termCounts) {
          const terms = listTerms(every, count)
          const name = `${share}, ${count} terms`
          const runs = (measurements[name] ??= { ours: [], reindex: [] })
          const suffix = `r${round}-${every}-${count}`
          const ours = await seconds(() =>
            runToEnd(
              { ...context, readSensitiveTerms: async () => terms.join('\n') },
              {
                model: 'image',
                action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
                origin_index_suffix: 'source',
                destination_index_suffix: suffix,
              },
            ),
          )
          const theirs = await seconds(() => reindexWithout(context.search, `their-${suffix}`, terms))
          const [a, b] = await Promise.all(
            [`image-${suffix}-filtered`, `their-${suffix}`].map(async (index) => {
              await context.search.indices.refresh({ index })
              const { body } = await context.search.count({ index })
              await context.search.indices.delete({ index })
              return body.count
            }),
          )
          if (a !== b) throw new Error(`${name}: ${a} documents by clone and delete, ${b} by _reindex`)
          console.log(`round ${round}: ${name}: ours ${ours.toFixed(2)} s, _reindex ${theirs.toFixed(2)} s`)
          runs.ours.push(ours)
          runs.reindex.push(theirs)
        }
      }
    }
    await close()
    const summary = Object.entries(measurements).map(([what, { ours, reindex }]) => ({
      what,
      'clone and delete, s': describe(ours, 2),
      '_reindex, s': describe(reindex, 2),
      'times faster': (median(reindex) / median(ours)).toFixed(1),
    }))
    await report('filtered', summary, measurements, { rows, rounds, opensearch: openSearch.version })
  })
}

type Search = Awaited<ReturnType<typeof createContext>>['context']['search']

async function reindexWithout(search: Search, index: string, terms: readonly string[]): Promise<void> {
  const { mappings, analysis } = image
  const settings = { number_of_shards: 2, number_of_replicas: 0, analysis }
  await search.indices.create({ index, body: { settings, mappings } })
  const should = ['tags.name.raw', 'title.raw', 'description.raw'].map((field) => ({
    terms: { [field]: [...terms] },
  }))
  await search.reindex(
    {
      body: { source: { index: 'image-source', query: { bool: { must_not: should } } }, dest: { index } },
    },
    { requestTimeout: 30 * 60_000 },
  )
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now()
  await work()
  return (performance.now() - since) / 1000
}

const termOf = (every: number, number: number) => `zq${every}x${number}`

/** Terms of which the first are in titles. */
function listTerms(every: number, count: number): string[] {
  return Array.from({ length: count }, (_, number) => termOf(every, number))
}

async function plantTerms(url: string): Promise<void> {
  const sql = postgres(url, { onnotice: () => undefined })
  for (const every of Object.values(everyRows)) {
    await sql`update image set title = coalesce(title, '') || ' ' || ${`zq${every}x`}::text || (id / ${every}::int) % ${plantedTerms}::int
      where id % ${every}::int = 0`
  }
  await sql.end()
}
