import fc from 'fast-check'
import { randomUUID } from 'node:crypto'
import { sql as fragment } from 'drizzle-orm'
import { pgTable, bigint, boolean, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { checksumOf, emptySummary, type RangeSummary } from '../../src/id-checksum.ts'
import {
  connectOpenSearch,
  connectPostgres,
  defineModel,
  type PostgresConnection,
  type SearchClient,
} from '../../src/index.ts'
import { summarizeRows } from '../../src/rows/index.ts'
import { summarizeDocuments } from '../../src/search/index.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'
import { postgresUrl } from '../support/postgres-url.ts'

const table = pgTable('thing', {
  id: bigint('id', { mode: 'bigint' }).primaryKey(),
  identifier: uuid('identifier').notNull(),
  updatedOn: timestamp('updated_on', { withTimezone: true, mode: 'string' }),
  removedFromSource: boolean('removed_from_source'),
  kind: text('kind'),
})
const model = defineModel({
  name: 'thing',
  table,
  matureFlag: fragment`(${table.kind} = 'mature')::text`,
  properties: {},
})

let database: TestDatabase
let connection: PostgresConnection
const clusters: { search: SearchClient; index: string }[] = []
beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  connection = connectPostgres(database.url)
  await connection.db.execute(
    fragment.raw(`
      create table thing (id bigint primary key, identifier uuid not null default gen_random_uuid(), updated_on timestamptz, removed_from_source boolean, kind text);
      create table api_deletedthing (identifier uuid, created_on timestamptz);
      create table api_maturething (identifier uuid, created_on timestamptz)`),
  )
  for (const url of [inject('openSearchUrl'), inject('openSearch2Url')]) {
    const search = connectOpenSearch(url)
    const index = `checksums-${randomUUID()}`
    clusters.push({ search, index })
    await search.indices.create({
      index,
      body: { mappings: model.mappings, settings: { number_of_shards: 2, number_of_replicas: 0 } },
    })
  }
})
afterAll(async () => {
  for (const { search, index } of clusters) {
    await search.indices.delete({ index })
    await search.close()
  }
  await connection.close()
  await database.drop()
})

const id = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -100n, max: 100n }),
  fc.bigInt({ min: 2n ** 53n - 5n, max: 2n ** 53n + 5n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 32n, 2n ** 31n, 0n),
)
const things = fc.uniqueArray(fc.record({ id, mature: fc.boolean() }), {
  maxLength: 60,
  selector: (thing) => thing.id,
})

/** A client whose searches can't use scripts. */
function refuseScripts(search: SearchClient): SearchClient {
  return interceptCalls(search, async (call, proceed, [request]) => {
    if (call === 'search' && JSON.stringify(request).includes('scripted_metric')) {
      throw Object.assign(new Error('cannot execute [inline] scripts'), { statusCode: 400, meta: {} })
    }
    return proceed()
  })
}

const wrapped = ({ mature, others }: RangeSummary) =>
  [mature, others].map(({ count, sum, checksum }) =>
    [count, sum, checksum].map((each) => BigInt.asIntN(64, each)),
  )

test('checksums of any ids agree between Postgres, OpenSearch 3 and 2 with and without scripts, and JavaScript', async () => {
  await fc.assert(
    fc.asyncProperty(things, id, id, async (all, one, other) => {
      const [after, end] = one < other ? [one, other] : [other, one]
      await connection.db.execute(fragment`truncate thing`)
      const json = JSON.stringify(
        all.map((thing) => ({ id: String(thing.id), kind: thing.mature ? 'mature' : null })),
      )
      await connection.db.execute(
        fragment`insert into thing (id, kind) select id, kind from jsonb_to_recordset(${json}::jsonb) as t (id bigint, kind text)`,
      )
      for (const range of [
        { after, end },
        { after: null, end: null },
      ]) {
        const expected = emptySummary()
        for (const thing of all) {
          if (range.after !== null && (thing.id <= after || thing.id > end)) continue
          const totals = thing.mature ? expected.mature : expected.others
          totals.count++
          totals.sum += thing.id
          totals.checksum += checksumOf(thing.id)
        }
        const { summary } = await summarizeRows(connection.db, model, range, { failedIds: [], since: null })
        expect(wrapped(summary)).toEqual(wrapped(expected))
        for (const { search, index } of clusters) {
          if (range.after !== null) await replaceDocuments(search, index, all)
          expect(wrapped(await summarizeDocuments(search, index, range))).toEqual(wrapped(expected))
          expect(wrapped(await summarizeDocuments(refuseScripts(search), index, range))).toEqual(
            wrapped(expected),
          )
        }
      }
    }),
    { numRuns: 25 },
  )
})

async function replaceDocuments(
  search: SearchClient,
  index: string,
  all: readonly { id: bigint; mature: boolean }[],
) {
  await search.deleteByQuery({ index, refresh: true, body: { query: { match_all: {} } } })
  if (all.length === 0) return
  // Ids as text in JSON, which OpenSearch reads exactly.
  const body = all.flatMap((thing) => [
    { index: { _id: String(thing.id) } },
    { id: String(thing.id), mature: thing.mature },
  ])
  expect((await search.bulk({ index, refresh: true, body })).body.errors).toBe(false)
}
