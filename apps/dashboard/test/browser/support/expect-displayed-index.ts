import type { Locator, Page } from 'playwright'
import type postgres from 'postgres'
import { expect, inject } from 'vitest'
import { formatBytes, formatCount } from '@ingestion-server/format'
import { open } from './open-browser.ts'

/** Calls OpenSearch, past the proxies of a test. */
export async function callOpenSearch<Answer>(path: string): Promise<Answer> {
  const { origin, username, password } = new URL(inject('openSearchUrl'))
  const headers = username === '' ? {} : { authorization: `Basic ${btoa(`${username}:${password}`)}` }
  const response = await fetch(`${origin}/${path}`, { headers })
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  return (await response.json()) as Answer
}

interface IndexFacts {
  documents: number
  bytes: number
}

/** What OpenSearch says of an index or alias. */
async function readFacts(name: string): Promise<IndexFacts> {
  const [{ count }, stats] = await Promise.all([
    callOpenSearch<{ count: number }>(`${name}/_count`),
    callOpenSearch<{ _all: { primaries: { store: { size_in_bytes: number } } } }>(`${name}/_stats/store`),
  ])
  return { documents: count, bytes: stats._all.primaries.store.size_in_bytes }
}

/** Waits until a part of a page shows the documents and the size of an index or alias, which may change meanwhile. */
export async function expectDisplayedFacts(part: Locator, name: string): Promise<void> {
  const findMissing = async () => {
    const { documents, bytes } = await readFacts(name)
    const texts = [formatCount(documents), formatBytes(bytes)]
    const areShown = await Promise.all(texts.map((text) => part.getByText(text, { exact: true }).isVisible()))
    return texts.filter((_, place) => !areShown[place])
  }
  await expect.poll(findMissing, { message: `the page shows ${name} as it is` }).toEqual([])
}

/** The builds of a model, oldest first. */
const listBuilds = (sql: postgres.Sql, model: string) => sql<{ index: string; documents: number }[]>`
  select index_name as index, documents::int from ingestion.task
  where model = ${model} and action = 'REINDEX' and status = 'succeeded' order by finished_at desc limit 30`

/** Opens the page of an index, and compares its figures and charts with OpenSearch and Postgres. */
export async function expectDisplayedIndex(page: Page, sql: postgres.Sql, name: string): Promise<void> {
  const [record] = await sql<{ as_of: Date; verified_at: Date; model: string }[]>`
    select as_of, verified_at, model from ingestion.index_record where name = ${name}`
  await open(page, `/indices/${name}`)
  const figures = page.getByLabel('Figures')
  await expectDisplayedFacts(figures, name)
  const times = await figures
    .locator('time')
    .evaluateAll((all) => all.map((each) => each.getAttribute('datetime')))
  expect(times).toEqual([record?.as_of.toISOString(), record?.verified_at.toISOString()])

  const builds = (await listBuilds(sql, record?.model ?? '')).toReversed()
  const bars = await page
    .getByRole('region', { name: 'Generations', exact: true })
    .locator('figure')
    .first()
    .locator('rect')
    .evaluateAll((all) =>
      all.map((bar) => [Number(bar.getAttribute('data-value')), Number(bar.getAttribute('height'))]),
    )
  expect(bars.map(([value]) => value)).toEqual(builds.map((build) => build.documents))
  const scale = (bars.at(-1)?.[1] ?? 0) / (builds.at(-1)?.documents ?? 1)
  for (const [place, build] of builds.entries())
    expect(bars[place]?.[1]).toBeCloseTo(build.documents * scale, 1)
}

/** Opens the overview, and compares its numbers and its card of a model with Postgres and OpenSearch. */
export async function expectDisplayedOverview(page: Page, sql: postgres.Sql, model: string): Promise<void> {
  const [live] = Object.keys(await callOpenSearch<object>(`_alias/${model}`))
  const [counts] = await sql<{ running: number; queued: number; failed: number; as_of: Date }[]>`
    select count(*) filter (where status = 'running')::int as running,
      count(*) filter (where status = 'queued')::int as queued,
      count(*) filter (where status = 'failed' and finished_at >= now() - interval '24 hours')::int as failed,
      (select as_of from ingestion.index_record where name = ${live ?? ''}) as as_of
    from ingestion.task`
  await open(page, '/')
  const strip = page.getByRole('list', { name: 'Tasks by status' })
  expect((await strip.getByRole('link').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))).toEqual(
    [`Running ${counts?.running}`, `Queued ${counts?.queued}`, `Failed (24 h) ${counts?.failed}`],
  )
  const card = page.getByRole('article', { name: model, exact: true })
  await card.getByRole('link', { name: live ?? 'none', exact: true }).waitFor()
  await expectDisplayedFacts(card, model)
  expect(await card.locator('time').first().getAttribute('datetime')).toBe(counts?.as_of.toISOString())

  const builds = (await listBuilds(sql, model)).toReversed()
  const bars = await card.locator('svg[role="img"] rect').evaluateAll((all) =>
    all.map((bar) => ({
      title: bar.querySelector('title')?.textContent,
      height: Number(bar.getAttribute('height')),
    })),
  )
  expect(bars).toHaveLength(builds.length)
  const most = Math.max(...builds.map((build) => build.documents))
  const tallest = Math.max(...bars.map(({ height }) => height))
  for (const [place, build] of builds.entries()) {
    expect(bars[place]?.title).toContain(`${build.index}: ${formatCount(build.documents)} documents`)
    expect(bars[place]?.height).toBeCloseTo((build.documents / most) * tallest, 3)
  }
}
