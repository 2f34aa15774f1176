import { createCatalogTables } from '@ingestion-server/local-services'
import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { readBodies } from '../../src/actions/reindex/read-bodies.ts'
import { audio, connectPostgres, image, type PostgresConnection } from '../../src/index.ts'
import { readExpectedDocuments } from '../expected-documents.ts'
import { expectSameDocuments } from '../support/harness.ts'
import { createTestDatabase, type TestDatabase } from '../test-database.ts'

let database: TestDatabase
let sql: postgres.Sql
let connection: PostgresConnection
beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'))
  await createCatalogTables(database.url)
  sql = postgres(database.url, { max: 1, onnotice: () => undefined, connection: { TimeZone: 'UTC' } })
  connection = connectPostgres(database.url)
})
afterAll(async () => {
  await sql.end()
  await connection.close()
  await database.drop()
})

/** Any text that Postgres can hold: all but U+0000. */
const anyText = fc.string({ unit: 'binary', maxLength: 80 }).map((text) => text.replaceAll('\0', '\u0001'))
/** Lower case is not the same in all languages beyond ASCII, nor in Postgres and JavaScript. */
const asciiText = fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll('\0', '\n'))

/** Numbers of jsonb that a double can't hold, or that are written otherwise than JavaScript would. */
const oddNumber = fc.constantFrom(
  '9007199254740993',
  '123456789012345678901234567890.50',
  '-0',
  '1.10',
  '1e300',
  '1e-300',
)
const text = anyText.map((value) => JSON.stringify(value))
const scalar = fc.oneof(
  text,
  oddNumber,
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom('null', 'true', 'false', '"true"', '""', '[]', '{}', '" 12.5 "', '"1e999"'),
)
/** JSON text, so that a number may be one that no double is. */
const objectOf = (members: Record<string, fc.Arbitrary<string>>) =>
  fc
    .record(members, { requiredKeys: [] })
    // What is absent is no member, so never undefined.
    .map((object) => writeObject(Object.entries(object) as [string, string][]))
const writeObject = (members: readonly [key: string, json: string][]) =>
  `{${members.map(([key, json]) => `${JSON.stringify(key)}: ${json}`).join()}}`
const nested = fc.oneof(scalar, objectOf({ 'na"me': scalar, name: scalar }))
const listOf = (entry: fc.Arbitrary<string>) =>
  fc.array(entry, { maxLength: 8 }).map((entries) => `[${entries.join()}]`)

const tag = fc.oneof(
  { weight: 4, arbitrary: objectOf({ name: text, accuracy: oddNumber, provider: text }) },
  { weight: 1, arbitrary: objectOf({ name: nested, accuracy: nested, 'a\\"b': nested }) },
  { weight: 1, arbitrary: nested },
)
const metaData = objectOf({
  description: fc.oneof(
    text,
    anyText.map((value) => JSON.stringify(value.repeat(60))),
    nested,
  ),
  license_url: nested,
  authority_boost: nested,
  mature: nested,
})

/** A column's value as JSON, null too. */
const valueOf = (value: fc.Arbitrary<unknown>) => fc.option(value).map((each) => JSON.stringify(each))
const texts = [
  'title',
  'foreign_landing_url',
  'creator',
  'creator_url',
  'license_version',
  'source',
  'category',
]
const media = {
  ...Object.fromEntries(texts.map((column) => [column, valueOf(anyText)])),
  url: valueOf(fc.oneof(asciiText, fc.constantFrom('https://example.org/a.b/C.JPG', 'a.b/c', 'a.', '.x'))),
  license: valueOf(asciiText),
  provider: valueOf(fc.oneof(anyText, fc.constantFrom('flickr', 'met', 'stocksnap'))),
  created_on: fc.constantFrom(
    '"2018-09-11T13:06:48.062600Z"',
    '"1969-12-31T23:59:59Z"',
    '"12018-01-01T00:00:00.000001+09"',
  ),
  updated_on: fc.constant('"2018-09-11T13:06:48Z"'),
  removed_from_source: fc.constantFrom('false', 'false', 'true'),
  // As text: JSON has no NaN.
  standardized_popularity: valueOf(fc.oneof(fc.double(), fc.double({ min: 0, max: 1 })).map(String)),
  meta_data: fc.oneof(metaData, nested),
  tags: fc.oneof(listOf(tag), nested),
}
const int4 = (...likely: number[]) => valueOf(fc.oneof(fc.integer(), fc.constantFrom(...likely)))
const rowsOf = {
  image: { ...media, thumbnail: valueOf(anyText), width: int4(640, 1600), height: int4(480, 640, 900) },
  audio: {
    ...media,
    bit_rate: int4(0, 128_000),
    sample_rate: int4(0, 44_100),
    duration: int4(0, 29_999, 30_000, 120_000, 600_000),
    filetype: valueOf(anyText),
    genres: valueOf(fc.array(fc.constantFrom('rock', 'a "b"', '{}'))),
    alt_files: fc.oneof(listOf(objectOf({ filetype: nested })), nested),
  },
}

/** @param rows columns of each as JSON; ids and identifiers are given from 1 on */
async function replaceRows(name: string, rows: readonly Record<string, string>[]): Promise<void> {
  const identified = rows.map((row, index) => {
    const digits = String(index + 1).padStart(12, '0')
    return { id: String(index + 1), identifier: `"00000000-0000-4000-8000-${digits}"`, ...row }
  })
  const columns = sql(Object.keys(identified[0] ?? {}))
  const recordset = `[${identified.map((row) => writeObject(Object.entries(row))).join()}]`
  await sql`truncate ${sql(name)}`
  await sql`insert into ${sql(name)} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${sql(name)}, ${recordset}::text::jsonb)`
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

test.each([image, audio])(
  'any row that Postgres can hold becomes the document that SQL makes of it: $name',
  async (model) => {
    const name = model.name as keyof typeof rowsOf
    const rows = fc.array(fc.record(rowsOf[name] as Record<string, fc.Arbitrary<string>>), {
      minLength: 1,
      maxLength: 40,
    })
    const property = fc.asyncProperty(rows, fc.integer({ min: 1, max: 20_000 }), async (rows, length) => {
      await replaceRows(name, rows)
      const bodies = readBodies(connection.db, model, {
        range: { after: null, end: BigInt(rows.length) },
        onDrop: 'skip',
        targetBodyLength: length,
      })
      const found = new Map<string, unknown>()
      let [read, dropped] = [0, 0]
      for await (const rows of bodies) {
        read += rows.read
        dropped += rows.dropped.removed_from_source
        const lines = decoder.decode(rows.body.slice()).split('\n')
        expect(lines).toHaveLength(rows.body.size * 2 + 1)
        for (let line = 0; line + 1 < lines.length; line += 2) {
          const id = rows.body.read(line / 2).id
          expect(lines[line]).toBe(`{"index":{"_id":"${id}"}}`)
          found.set(id, JSON.parse(String(lines[line + 1])))
        }
        bodies.recycle(rows.body)
      }
      const expected = await readExpectedDocuments(sql, name)
      expectSameDocuments(found, expected.documents)
      expect({ read, dropped }).toEqual({
        read: expected.read,
        dropped: expected.dropped.removed_from_source,
      })
    })
    await fc.assert(property, { numRuns: 60 })
  },
)
