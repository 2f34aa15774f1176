import { startTcpProxy, throughProxy, type TcpProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import type { Browser, Locator, Page } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { formatCount } from '@ingestion-server/format'
import { expectDisplayedFacts } from './support/expect-displayed-index.ts'
import { inspect } from './support/inspect.ts'
import { open, signIn, visit, type Visitor } from './support/open-browser.ts'
import type { Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'

let suite: Suite | undefined
let stack: Stack
let proxy: TcpProxy
let browser: Browser
let admin: Visitor
/** Names: `live` was promoted, replaced by `spare`, and promoted again by a rollback; `gone` was deleted. */
let names: { live: string; spare: string; gone: string; filtered: string }
let rows: { dropped: string; failed: string }

beforeAll(async () => {
  proxy = await startTcpProxy(inject('openSearchUrl'))
  suite = await startSuite({
    openSearchUrl: throughProxy(inject('openSearchUrl'), proxy),
    serverEnv: { FRESHNESS_TARGETS: 'image=1h' },
    users: { vera: 'viewer' },
  })
  ;({ stack, browser, admin } = suite)

  const suffix = (of: string) => `${stack.suffix}${of}`
  const index = (of: string) => `image-${suffix(of)}`
  names = { gone: index('0'), live: index('1'), spare: index('2'), filtered: `${index('1')}-filtered` }
  const [failed, dropped] = await stack.sql<{ id: number }[]>`select id from image order by id limit 2`
  rows = { failed: `${failed?.id}`, dropped: `${dropped?.id}` }
  await stack.sql`update image set removed_from_source = true where id = ${rows.dropped}`
  await stack.sql`update image set tags = '[{"name": "a", "accuracy": "high"}]', removed_from_source = false
    where id = ${rows.failed}`
  const client = stack.as('ada')
  const done = async (task: Promise<{ wait: () => Promise<unknown> }>) => (await task).wait()
  const build = (of: string) =>
    done(client.reindex({ model: 'image', indexSuffix: suffix(of), maxFailed: 1 }))
  const promote = (of: string, alias: 'image' | 'image-filtered' = 'image') =>
    done(client.pointAlias({ model: 'image', indexSuffix: suffix(of), alias }))
  for (const of of ['0', '1', '2']) await build(of)
  await done(
    client.createFilteredIndex({
      model: 'image',
      originIndexSuffix: suffix('1'),
      destinationIndexSuffix: suffix('1'),
    }),
  )
  await promote('1-filtered', 'image-filtered')
  await promote('1')
  await promote('2')
  await done(client.indices.rollback('image'))
  await done(client.deleteIndex({ model: 'image', indexSuffix: suffix('0') }))
  await search(`${names.spare}/_mapping`, 'PUT', { properties: { added_by_hand: { type: 'keyword' } } })
})

afterAll(async () => {
  proxy.restore()
  await suite?.close()
  await proxy.stop()
})

/** Calls OpenSearch. */
async function search<Answer>(path: string, method = 'GET', body?: unknown): Promise<Answer> {
  const { origin, username, password } = new URL(inject('openSearchUrl'))
  const response = await fetch(`${origin}/${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(username !== '' && { authorization: `Basic ${btoa(`${username}:${password}`)}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  return (await response.json()) as Answer
}

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** The text of each cell of a table's body. */
async function readTable(table: Locator): Promise<string[][]> {
  return table
    .locator('tbody tr')
    .evaluateAll((lines) =>
      lines.map((line) =>
        [...line.querySelectorAll('td')].map((cell) => cell.innerText.trim().replace(/\s+/g, ' ')),
      ),
    )
}

test('every figure of an index equals what Postgres and OpenSearch say', async () => {
  const { page, complaints } = admin
  await open(page, `/indices/${names.live}`)
  const figures = page.getByLabel('Figures')
  await expectDisplayedFacts(figures, names.live)
  const [record] = await stack.sql<{ as_of: Date; verified_at: Date }[]>`
    select as_of, verified_at from ingestion.index_record where name = ${names.live}`
  const times = await figures
    .locator('time')
    .evaluateAll((all) => all.map((each) => each.getAttribute('datetime')))
  expect(times).toEqual([record?.as_of.toISOString(), record?.verified_at.toISOString()])

  // Generations: also of the deleted one, without the filtered one.
  const built = await stack.sql<{ name: string; documents: string }[]>`
    select index_name as name, documents from ingestion.task
    where action = 'REINDEX' order by finished_at`
  const generations = section(page, 'Generations')
  const charts = generations.locator('figure')
  const bars = async (chart: number) =>
    charts
      .nth(chart)
      .locator('rect')
      .evaluateAll((all) => all.map((bar) => Number(bar.getAttribute('data-value'))))
  expect(await bars(0)).toEqual(built.map(({ documents }) => Number(documents)))
  const heights = await charts
    .first()
    .locator('rect')
    .evaluateAll((all) => all.map((bar) => Number(bar.getAttribute('height'))))
  // Proportional from zero, to the pixel.
  const [first, last] = [Number(built[0]?.documents), Number(built.at(-1)?.documents)]
  expect((heights[0] ?? 0) / (heights.at(-1) ?? 0)).toBeCloseTo(first / last, 2)
  await generations.getByText('Show as a table').click()
  const table = await readTable(generations.getByRole('table'))
  expect(table.map(([name, documents]) => [name, documents])).toEqual(
    built
      .map(({ name, documents }) => [
        name === names.gone ? `${name} deleted` : name,
        formatCount(Number(documents)),
      ])
      .toReversed(),
  )
  expect((await bars(1)).at(-1)).toBe(
    (await stack.client.models.builds('image')).builds.find(({ index }) => index === names.spare)?.bytes,
  )

  const moves = await stack.sql<{ moved_to: { name: string }; moved_at: Date }[]>`
    select moved_to, moved_at from ingestion.alias_move where alias = 'image' order by id desc`
  const history = section(page, 'History of the alias image')
  expect((await readTable(history.getByRole('table'))).map(([name]) => name)).toEqual(
    moves.map(({ moved_to: { name } }) => name),
  )
  expect(moves.map(({ moved_to: { name } }) => name)).toEqual([names.live, names.spare, names.live])
  expect(
    await history
      .locator('tbody time')
      .evaluateAll((all) => all.map((each) => each.getAttribute('datetime'))),
  ).toEqual(moves.map(({ moved_at: at }) => at.toISOString()))
  await history.getByText(`${names.live} has been live 2 times`).waitFor()

  const shards = await search<{ shard: string; prirep: string; node: string | null; docs: string | null }[]>(
    `_cat/shards/${names.live}?format=json`,
  )
  expect(
    (await readTable(section(page, 'Shards and nodes').getByRole('table'))).map((cells) => cells.slice(0, 4)),
  ).toEqual(
    shards.map(({ shard, prirep, node, docs }) => [
      `${shard} ${prirep === 'p' ? 'primary' : 'replica'}`,
      node === null ? 'unassigned' : 'started',
      node ?? '–',
      docs === null ? '–' : formatCount(Number(docs)),
    ]),
  )
  const [{ tasks } = { tasks: 0 }] = await stack.sql<{ tasks: number }[]>`
    select count(*)::int as tasks from ingestion.task where index_name = ${names.live}`
  expect(await section(page, 'Tasks').getByRole('listitem').count()).toBe(tasks)
  expect(complaints()).toEqual([])
})

test('a live index is fresh, late or stale by the target of its model', async () => {
  const { page } = admin
  const say = async (name: string, text: string) => {
    await page.goto(`/indices/${name}`)
    await page.getByLabel('Figures').getByText(text).waitFor()
  }
  const age = (minutes: number) =>
    stack.sql`update ingestion.index_record set as_of = now() - ${`${minutes} min`}::interval where name = ${names.live}`
  await say(names.live, 'Fresh: the target is 1 h')
  await age(90)
  await say(names.live, 'Late: the target is 1 h')
  await age(121)
  await say(names.live, 'Stale: the target is 1 h')
  await age(5)
  await say(names.spare, 'Not live; the target of image is 1 h')
})

test('an index that is not live shows what differs from the live one, and leads to it', async () => {
  const { page } = admin
  await open(page, `/indices/${names.spare}`)
  const structure = section(page, 'Mapping and settings')
  expect(await readTable(structure.getByLabel(`Differences from ${names.live}`))).toEqual([
    ['mappings.properties.added_by_hand', '–', '{"type":"keyword"}'],
  ])
  const mapping = await search<Record<string, { mappings: { properties: object } }>>(
    `${names.spare}/_mapping`,
  )
  const fields = structure.locator('details').filter({ hasText: 'Mapping:' })
  await fields.locator('summary').click()
  const paths = (await readTable(fields.getByRole('table'))).map(([path]) => path)
  const topLevel = paths.filter((path) => !path?.includes('.'))
  expect(topLevel.toSorted()).toEqual(Object.keys(mapping[names.spare]?.mappings.properties ?? {}).toSorted())
  await page.getByText(`Not live: image points to ${names.live}`).waitFor()

  await open(page, `/indices/${names.filtered}`)
  const lineage = section(page, 'Lineage')
  const [record] = await stack.sql<{ terms_hash: string }[]>`
    select terms_hash from ingestion.index_record where name = ${names.filtered}`
  await lineage.getByText(record?.terms_hash.slice(0, 16) ?? 'no hash').waitFor()
  await lineage.getByRole('link', { name: names.live }).click()
  await page.getByRole('heading', { level: 1, name: names.live }).waitFor()
  await section(page, 'Lineage').getByRole('link', { name: names.filtered }).waitFor()
})

test('without JavaScript, documents are searched, and a row that is missing is explained', async () => {
  const { page, close } = await visit(browser, stack.url, { javaScriptEnabled: false })
  await page.goto('/sign-in')
  await signIn(page, 'ada')
  type Hit = { _id: string; _source: { title: string } }
  const { hits } = await search<{ hits: { hits: Hit[] } }>(`${names.filtered}/_search?size=1&sort=_doc`)
  const hit = hits.hits[0]
  const word = /\p{L}{4,}/u.exec(hit?._source.title ?? '')?.[0] ?? 'no word'

  await page.goto(`/indices/${names.filtered}`)
  const documents = section(page, 'Sample documents')
  const { count } = await search<{ count: number }>(`${names.filtered}/_count`)
  await documents.getByText(`${formatCount(count)} in the index`).waitFor()
  await documents.getByLabel('Search the documents').fill(hit?._id ?? '')
  await documents.getByRole('button', { name: 'Search' }).click()
  await documents
    .locator('summary')
    .filter({ hasText: hit?._id ?? '' })
    .first()
    .click()
  await documents.getByText(`"title": ${JSON.stringify(hit?._source.title)}`).waitFor()
  await documents.getByLabel('Search the documents').fill(word)
  await documents.getByRole('button', { name: 'Search' }).click()
  const { total } = await stack.client.indices.documents(names.filtered, { q: word })
  await documents.getByText(`${formatCount(total)} match`).waitFor()

  const removed = await search<{ hits: { hits: Hit[] } }>(
    `${names.live}/_search?size=1&q=title:(harbour%20OR%20sunset)`,
  )
  const why = section(page, 'Why is a row not here?')
  const explain = async (id: string, sentence: string, advice: string) => {
    await why.getByLabel('Id of the row').fill(id)
    await why.getByRole('button', { name: 'Look it up' }).click()
    await why.getByText(`${id} is ${sentence}`).waitFor()
    await why.getByText(advice).waitFor()
  }
  await explain(hit?._id ?? '', 'in this index', 'check the query')
  await explain(
    removed.hits.hits[0]?._id ?? '',
    'not in this index',
    'change the sensitive terms and filter again',
  )
  // The search is kept.
  expect(await documents.getByLabel('Search the documents').inputValue()).toBe(word)
  await page.goto(`/indices/${names.live}`)
  await explain(rows.failed, 'not in this index', 'retry the failed documents')
  await explain(rows.dropped, 'not in this index', 'Rows marked as removed')
  await explain('999999999', 'not in this index', 'Check the id')
  await close()
})

test('an index has the actions that its state and the role allow', async () => {
  const { page, complaints } = admin
  const head = page.locator('header.page-head')
  const offered = async (name: string) => {
    await open(page, `/indices/${name}`)
    return (await head.locator('.button:visible').allInnerTexts()).map((text) => text.trim()).filter(Boolean)
  }
  expect(await offered(names.live)).toEqual(['Roll back…', 'Filter'])
  expect(await offered(names.spare)).toEqual(['Filter', 'Promote', 'Delete'])
  expect(await offered(names.filtered)).toEqual([])

  const building = `image-${stack.suffix}3`
  const task = await stack.as('ada').reindex({ model: 'image', indexSuffix: `${stack.suffix}3` })
  await task.wait().catch(() => undefined) // it has a failed document, so its index is kept for the retry
  await stack.whileImagesAreLocked(async () => {
    await task.retry()
    expect(await offered(building)).toEqual([])
    await head.getByText('A task works on this index').waitFor()
    await inspect(page, 'index-building')
    await task.cancel()
  })
  // Without a reload.
  await page.getByText(`${building} does not exist`).waitFor()

  const viewer = await visit(browser, stack.url)
  await signIn(viewer.page, 'vera')
  await open(viewer.page, `/indices/${names.spare}`)
  expect(await viewer.page.locator('header.page-head .button').count()).toBe(0)
  await viewer.close()

  await open(page, `/indices/${names.live}`)
  await head.getByText('Roll back…').click()
  await head.getByRole('button', { name: `Roll back to ${names.spare}` }).click()
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/)
  await (await stack.client.tasks.handle(page.url().split('/').at(-1) ?? '')).wait()
  expect(await stack.client.indices.stat('image')).toMatchObject({ altNames: [names.spare] })
  await (await stack.client.indices.rollback('image')).wait()
  expect(complaints()).toEqual([])
})

test('a deleted index, an alias and an unknown name lead on', async () => {
  const { page } = admin
  await open(page, `/indices/${names.gone}`)
  const [deletion] = await stack.sql<{ id: string }[]>`
    select id from ingestion.task where action = 'DELETE_INDEX' and index_name = ${names.gone}`
  const note = page.getByText(`${names.gone} was deleted`).locator('..')
  expect(await note.getByRole('link', { name: 'see the task' }).getAttribute('href')).toBe(
    `/tasks/${deletion?.id}`,
  )
  await inspect(page, 'index-deleted')

  await open(page, '/indices/image')
  expect(new URL(page.url()).pathname).toBe(`/indices/${names.live}`)

  const response = await page.goto(`/indices/${names.live}x`)
  expect(response?.status()).toBe(404)
  await page.getByRole('listitem').getByRole('link', { name: names.live, exact: true }).waitFor()
  await inspect(page, 'index-unknown')
})

test('with 300 generations, and while OpenSearch is unavailable, the page is legible and shows what is known', async () => {
  const { page, complaints } = admin
  await open(page, `/indices/${names.spare}?q=a&id=${rows.failed}`)
  for (const summary of await page.locator('main details > summary').all()) await summary.click()
  await inspect(page, 'index-not-live')

  // Copies of a finished build, a day apart.
  const copies = await stack.sql`
    insert into ingestion.task (id, model, action, request, status, index_name, state, documents, result, as_of, reserve,
      created_at, started_at, finished_at)
    select gen_random_uuid(), model, action, request, status, index_name || '-' || n, state, documents, result, as_of, reserve,
      created_at - n * interval '1 day', started_at - n * interval '1 day', finished_at - n * interval '1 day'
    from ingestion.task, generate_series(1, 300) n
    where action = 'REINDEX' and index_name = ${names.live} returning id`
  expect(copies).toHaveLength(300)
  await open(page, `/indices/${names.live}`)
  expect(await section(page, 'Generations').locator('figure').first().locator('rect').count()).toBe(30)
  await inspect(page, 'index-live')

  proxy.cut()
  try {
    await page.goto(`/indices/${names.live}`)
    await page.getByText('The page retries automatically').waitFor()
    await section(page, 'Tasks').getByText('Succeeded').first().waitFor()
    await inspect(page, 'index-unavailable')
  } finally {
    proxy.restore()
  }
  await page.getByLabel('Figures').waitFor()
  await section(page, 'Shards and nodes').waitFor()
  expect(complaints()).toEqual([])
})
