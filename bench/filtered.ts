import postgres from 'postgres'
import { image, type TaskContext } from '@ingestion-server/core'
import { createContext, runToEnd } from './contestants/context.ts'
import { options } from './options.ts'
import { describe, median, report } from './report.ts'
import { withServices } from './services.ts'

/** One row in so many has a sensitive term of its share: 0.1 %, 1 %, 5 %. */
const everyRows = { '0.1 %': 1_000, '1 %': 100, '5 %': 20 }
const termCounts = [10, 1_000, 5_000]
const pollMs = 20
/** Number of terms of each share that occur in titles. */
const plantedTerms = 10

interface Case {
  name: string
  every: number
  terms: readonly string[]
}

interface Times {
  clone: number[]
  reindex: number[]
}

/** A filtered index by clone and delete, beside `_reindex` with the same terms as a must_not in one call. */
export async function filteredBench(): Promise<void> {
  const { rows, rounds } = options
  await withServices(rows, async ({ postgres: { url }, openSearch }) => {
    await plantTerms(url)
    const { context, close } = await createContext(url, openSearch.url, { shards: 2 })
    await runToEnd(context, { model: 'image', action: 'REINDEX', index_suffix: 'source' })
    const measurements: Record<string, Times> = {}
    for (let round = 1; round <= rounds; round++) {
      for (const each of listCases()) {
        const { clone, reindex } = await compare(context, each, `r${round}`)
        console.log(
          `round ${round}: ${each.name}: clone ${clone.toFixed(2)} s, _reindex ${reindex.toFixed(2)} s`,
        )
        const runs = (measurements[each.name] ??= { clone: [], reindex: [] })
        runs.clone.push(clone)
        runs.reindex.push(reindex)
      }
    }
    await close()
    const summary = Object.entries(measurements).map(([what, { clone, reindex }]) => ({
      what,
      'clone and delete, s': describe(clone, 2),
      '_reindex, s': describe(reindex, 2),
      'times faster': (median(reindex) / median(clone)).toFixed(1),
    }))
    await report(`filtered-${rows}`, summary, measurements, { rows, rounds, opensearch: openSearch.version })
  })
}

function listCases(): Case[] {
  const all = Object.entries(everyRows).flatMap(([share, every]) =>
    termCounts.map((count) => ({
      key: `${share}:${count}`,
      name: `${share}, ${count} terms`,
      every,
      terms: listTerms(every, count),
    })),
  )
  const { filteredCases } = options
  return all.filter(({ key }) => filteredCases === null || filteredCases.includes(key))
}

/** @returns seconds of each; both leave the same ids */
async function compare(context: TaskContext, { name, every, terms }: Case, round: string) {
  const { search } = context
  const suffix = `${round}-${every}-${terms.length}`
  const clone = await seconds(() =>
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
  const reindex = await seconds(() => reindexWithout(search, `copied-${suffix}`, terms))
  const indices = [`image-${suffix}-filtered`, `copied-${suffix}`]
  const [a = [], b = []] = await Promise.all(indices.map((index) => readIds(search, index)))
  await search.indices.delete({ index: indices })
  if (a.length !== b.length || a.some((id, position) => id !== b[position])) {
    throw new Error(`${name}: other ids by clone and delete (${a.length}) than by _reindex (${b.length})`)
  }
  return { clone, reindex }
}

/** All ids of an index, in order. */
async function readIds(search: Search, index: string): Promise<number[]> {
  await search.indices.refresh({ index })
  const ids: number[] = []
  for (;;) {
    const after = ids.at(-1)
    const { body } = await search.search({
      index,
      size: 10_000,
      _source: false,
      body: { sort: [{ id: 'asc' }], ...(after !== undefined && { search_after: [after] }) },
    })
    if (body.hits.hits.length === 0) return ids
    for (const { sort } of body.hits.hits) ids.push(Number(sort?.[0]))
  }
}

type Search = TaskContext['search']

async function reindexWithout(search: Search, index: string, terms: readonly string[]): Promise<void> {
  const { mappings, analysis } = image
  const settings = { number_of_shards: 2, number_of_replicas: 0, analysis }
  await search.indices.create({ index, body: { settings, mappings } })
  const should = ['tags.name.raw', 'title.raw', 'description.raw'].map((field) => ({
    terms: { [field]: [...terms] },
  }))
  // Not awaited by its call: the response would collect the warnings of all batches in headers, too many for Node.
  const { body } = await search.reindex({
    body: { source: { index: 'image-source', query: { bool: { must_not: should } } }, dest: { index } },
    wait_for_completion: false,
  })
  const { task } = body as { task: string }
  for (;;) {
    const { body: state } = await search.tasks.get({ task_id: task })
    if (state.completed) return
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now()
  await work()
  return (performance.now() - since) / 1000
}

const termOf = (every: number, number: number) => `zq${every}x${number}`

/** Terms of which the first occur in titles. */
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
