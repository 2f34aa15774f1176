import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  buildListSchema,
  connectOpenSearch,
  connectPostgres,
  documentPageSchema,
  explainDocument,
  explainedDocumentSchema,
  indexDetailsSchema,
  listBuilds,
  listIndexDocuments,
  listIndices,
  readIndexDetails,
  type TaskRecord,
} from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { runToEnd } from '../support/harness.ts'
import { postgresUrl } from '../support/postgres-url.ts'

const refused = [{ name: { not: 'text' } }]

let harness: PromoteHarness
let a: string
let filtered: string
let built: TaskRecord
let filtering: TaskRecord
beforeAll(async () => {
  harness = await createPromoteHarness({ settings: { freshnessTargetSeconds: { other: 60 } } })
  const { sql, model, run, context } = harness
  ;[a, filtered] = [`${model}-a`, `${model}-a-filtered`]
  await sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source)
    select id, gen_random_uuid(), 'blue whale ' || id || case when id in (2, 6) then ' sensitive' else '' end,
      'https://example.org/' || id, '{}',
      case when id in (5, 9) then ${sql.json(refused)}::jsonb else '[]' end, id = 4
    from generate_series(1, 12) id`
  await sql`insert into api_deletedimage (identifier, created_on) select identifier, now() from image where id = 3`
  built = await run({ action: 'REINDEX', index_suffix: 'a', max_failed: 5 })
  filtering = await run({
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    destination_index_suffix: 'a',
  })
  expect([built, filtering]).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }])
  // From here on, everything happens after both were built.
  await sql`update image set tags = '[]' where id = 9`
  await context.store.redrive(built.id)
  await runToEnd(context, built.id)
  await sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source)
    values (20, gen_random_uuid(), 'new', 'https://example.org/20', '{}', '[]', false)`
  await sql`delete from image where id = 10`
  await sql`insert into api_deletedimage (identifier, created_on) select identifier, now() from image where id = 11`
})
afterAll(() => harness.close())

const explain = async (index: string, id: string, context = harness.context) =>
  explainedDocumentSchema.parse(await explainDocument(context, index, id))

describe('an index', () => {
  test.each([
    ['1', 'in_index', 'present'],
    ['2', 'in_index', 'present'],
    ['3', 'dropped', 'deleted'],
    ['4', 'dropped', 'removed_from_source'],
    ['5', 'failed', 'present'],
    ['9', 'in_index', 'present'],
    ['10', 'in_index', 'absent'],
    ['11', 'in_index', 'deleted'],
    ['20', 'changed_after_build', 'present'],
    ['99', 'not_in_catalog', 'absent'],
    ['9223372036854775807', 'not_in_catalog', 'absent'],
    ['-9223372036854775808', 'not_in_catalog', 'absent'],
    ['99999999999999999999', 'not_in_catalog', 'absent'],
    ['a'.repeat(600), 'not_in_catalog', 'absent'],
  ])('explains document %s: %s', async (id, explanation, row) => {
    const found = await explain(a, id)
    expect(found).toMatchObject({ id, explanation, row, in_index: explanation === 'in_index' })
    expect(found.source?.['id'] ?? null).toBe(explanation === 'in_index' ? Number(id) : null)
    expect(found.failed_document?.id ?? null).toBe(explanation === 'failed' ? id : null)
    expect(found.detail).toMatch(/^[\w-]+ .*\.$/s)
  })

  test.each([
    ['1', 'in_index'],
    ['2', 'filtered'],
    ['6', 'filtered'],
    ['3', 'dropped'],
    ['5', 'failed'],
    // The retry wrote it to the source when the filtered index was complete.
    ['9', 'changed_after_build'],
    ['20', 'changed_after_build'],
    ['99', 'not_in_catalog'],
  ])('that was filtered explains document %s: %s', async (id, explanation) => {
    expect(await explain(filtered, id)).toMatchObject({ explanation, in_index: explanation === 'in_index' })
  })

  test('names no reason that is not certain: a database that is away, another program, a source that is gone', async () => {
    const { search, context, model, run } = harness
    const away = connectPostgres(postgresUrl().replace(/:\d+/, ':1'), { maxConnections: 1 })
    const withoutDatabase = { ...context, db: away.db }
    expect(await explain(a, '1', withoutDatabase)).toMatchObject({ explanation: 'in_index', row: 'unknown' })
    expect(await explain(a, '20', withoutDatabase)).toMatchObject({ explanation: 'unknown', row: 'unknown' })
    await away.close()

    await search.delete({ index: a, id: '7', refresh: true })
    expect(await explain(a, '7')).toMatchObject({ explanation: 'unknown', row: 'present' })
    await search.delete({ index: filtered, id: '8', refresh: true })
    expect(await explain(filtered, '8')).toMatchObject({ explanation: 'unknown', row: 'present' })

    await search.indices.create({ index: `${model}-elsewhere` })
    expect(await explain(`${model}-elsewhere`, '1')).toMatchObject({ explanation: 'unknown', row: 'present' })
    for (const name of [model, `${model}-nope`, 'elsewhere', `${model}-*`])
      await expect(explain(name, '1'), name).rejects.toMatchObject({ code: 'index_not_found' })

    expect(await run({ action: 'DELETE_INDEX', index_suffix: 'a' })).toMatchObject({ status: 'succeeded' })
    expect(await explain(filtered, '2')).toMatchObject({ explanation: 'unknown', row: 'present' })
    expect(await explain(filtered, '3')).toMatchObject({ explanation: 'dropped', row: 'deleted' })
  })
})

describe('the content of an index', () => {
  let b: string
  beforeAll(async () => {
    const { search, model, build, point } = harness
    await build('b', 30)
    await point('b')
    await build('c', 30)
    ;[a, b] = [`${model}-c`, `${model}-b`]
    await search.indices.putSettings({ index: a, body: { index: { refresh_interval: '7s' } } })
    await search.indices.putMapping({ index: a, body: { properties: { more: { type: 'keyword' } } } })
  })

  test('is shown beside the index that is live, with its shards', async () => {
    const details = indexDetailsSchema.parse(await readIndexDetails(harness.context, a))
    expect(details.compared_with).toEqual({
      index: b,
      differences: [
        { path: 'mappings.properties.more', here: { type: 'keyword' }, there: null },
        { path: 'settings.refresh_interval', here: '7s', there: null },
      ],
    })
    expect(details.settings).toMatchObject({ number_of_shards: '1', refresh_interval: '7s' })
    expect(details.mappings).toMatchObject({ properties: { title: { type: 'text' } } })
    expect(details.shards).toMatchObject([{ shard: 0, primary: true, state: 'STARTED', documents: 30 }])
    // As OpenSearch last looked: at first only the list of segments.
    expect(details.shards[0]?.bytes).toBeGreaterThan(0)
    expect((await readIndexDetails(harness.context, b)).compared_with).toBeNull()
    // No filtered index is live.
    expect((await readIndexDetails(harness.context, filtered)).compared_with).toBeNull()
  })

  test('is searched by words and by id', async () => {
    const search = async (q: string, pageSize = 5) =>
      documentPageSchema.parse(await listIndexDocuments(harness.context, a, { q, pageSize }))
    expect(await search('')).toMatchObject({ total: 30, total_is_exact: true })
    expect((await search('')).documents).toHaveLength(5)
    const sensitive = await search('SENSITIVE', 100)
    expect(sensitive.documents.map(({ id }) => Number(id) % 2)).toEqual(Array(15).fill(0))
    expect(sensitive.total).toBe(15)
    expect((await search('sensitive 7')).documents[0]).toMatchObject({ id: '7', source: { id: 7 } })
    // No syntax of a query is an error.
    for (const q of ['"', '(', '* -', '\\', 'title:of', '/x[/', '~99999'])
      expect((await search(q)).documents.length, q).toBeLessThanOrEqual(5)
    await harness.search.indices.close({ index: a })
    await expect(search('x')).rejects.toMatchObject({ message: expect.stringContaining('closed') as string })
    await expect(explain(a, '1')).rejects.toMatchObject({
      message: expect.stringContaining('closed') as string,
    })
    await harness.search.indices.open({ index: a })
  })

  test('is followed over generations: builds, moves of aliases, freshness targets', async () => {
    const { context, model, point } = harness
    const { builds } = buildListSchema.parse(await listBuilds(context, model, { limit: 3 }))
    expect(builds).toMatchObject([
      { index: a, action: 'REINDEX', documents: 30, exists: true },
      { index: b, documents: 30, exists: true },
      // It ended last: by the retry of its failed documents. Deleted since.
      { index: `${model}-a`, documents: 9, exists: false, task_id: built.id, as_of: built.asOf },
    ])
    for (const { bytes, duration_seconds } of builds) {
      expect(bytes).toBeGreaterThan(1_000)
      expect(duration_seconds).toBeGreaterThan(0)
    }
    await expect(listBuilds(context, 'nope', { limit: 3 })).rejects.toMatchObject({ code: 'model_not_found' })

    const filter = 'CREATE_AND_POPULATE_FILTERED_INDEX'
    const ofKind = await listBuilds(context, model, { action: [filter], limit: 3 })
    expect(ofKind.builds).toMatchObject([{ action: filter, index: filtered, exists: true }])

    // While OpenSearch is away, the tasks still know what they built.
    const away = { ...context, search: connectOpenSearch('http://127.0.0.1:9') }
    const known = await listBuilds(away, model, { limit: 3 })
    expect(known.builds).toEqual(builds.map((build) => ({ ...build, exists: null })))

    const moved = await point('c')
    const first = await context.store.aliasMoves(model, { pageSize: 1 })
    expect(first.moves).toMatchObject([
      { alias: model, from: [{ name: b }], to: { name: a }, taskId: moved.id, requestedBy: null },
    ])
    const pageToken = first.nextPageToken ?? ''
    expect(await context.store.aliasMoves(model, { pageSize: 1, pageToken })).toMatchObject({
      moves: [{ from: [], to: { name: b } }],
      nextPageToken: null,
    })
    await expect(context.store.aliasMoves(model, { pageSize: 1, pageToken: 'x' })).rejects.toMatchObject({
      code: 'page_token',
    })
    const settings = { ...context.settings, freshnessTargetSeconds: { [model]: 86_400 } }
    expect(await listIndices({ ...context, settings })).toMatchObject({
      models: [
        {
          freshness_target_seconds: 86_400,
          aliases: [
            { alias: model, moved_at: first.moves[0]?.movedAt, task_id: moved.id },
            { moved_at: null, task_id: null },
          ],
        },
      ],
    })
    expect(await listIndices(context)).toMatchObject({ models: [{ freshness_target_seconds: null }] })
  })
})
