import { createCatalogTables } from '@ingestion-server/local-services'
import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audio, connectPostgres, image, type PostgresConnection } from '../../src/index.ts'
import { expectSameDocuments } from '../support/harness.ts'
import { readDocuments, replaceRows, rowsOf } from '../support/odd-rows.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'
import { postgresUrl } from '../support/postgres-url.ts'

interface Catalog {
  database: TestDatabase
  sql: postgres.Sql
  connection: PostgresConnection
}

let jsonb: Catalog
let json: Catalog
beforeAll(async () => {
  ;[jsonb, json] = await Promise.all([createCatalog(), createCatalog()])
  for (const [table, column] of [
    ['image', 'meta_data'],
    ['image', 'tags'],
    ['audio', 'meta_data'],
    ['audio', 'tags'],
    ['audio', 'alt_files'],
  ] as const) {
    await json.sql`alter table ${json.sql(table)} alter ${json.sql(column)} type json`
  }
})
afterAll(async () => {
  for (const { database, sql, connection } of [jsonb, json]) {
    await sql.end()
    await connection.close()
    await database.drop()
  }
})

async function createCatalog(): Promise<Catalog> {
  const database = await createTestDatabase(postgresUrl())
  await createCatalogTables(database.url)
  const sql = postgres(database.url, {
    max: 1,
    onnotice: () => undefined,
    prepare: false,
    connection: { TimeZone: 'UTC' },
  })
  return { database, sql, connection: connectPostgres(database.url) }
}

/** Writes JSON with white space around its tokens, and a letter as an escape, which type json preserves. */
function respell(json: string, space: string, letter: string): string {
  return json.replace(/"(?:[^"\\]+|\\.)*"|[^"\s]/g, (token) => {
    if (token.startsWith('"') && !json.startsWith('"'))
      return `${space}${escapeLetter(token, letter)}${space}`
    return '[]{},:'.includes(token) ? `${space}${token}${space}` : token
  })
}

function escapeLetter(text: string, letter: string): string {
  return text.replace(/\\u[\da-f]{4}|\\.|[a-z]/g, (part) =>
    part === letter ? `\\u00${letter.charCodeAt(0).toString(16)}` : part,
  )
}

test.each([image, audio])(
  'columns of type json and jsonb give the same documents, for any spelling: $name',
  async (model) => {
    const name = model.name as keyof typeof rowsOf
    const rows = fc.array(fc.record(rowsOf[name] as Record<string, fc.Arbitrary<string>>), {
      minLength: 1,
      maxLength: 40,
    })
    // A flag with an escape counts as unreadable: none of the letters of its key may be escaped, and none of its
    // value if all is one string.
    const spelling = fc.tuple(fc.constantFrom('', ' ', '\n', '\r\n\t'), fc.constantFrom('', 'n', 'd'))
    const property = fc.asyncProperty(rows, spelling, async (rows, [space, escaped]) => {
      await replaceRows(jsonb.sql, name, rows)
      await replaceRows(json.sql, name, rows)
      for (const column of ['meta_data', 'tags', ...(name === 'audio' ? ['alt_files'] : [])]) {
        const texts = rows.map((row) => respell(String(row[column]), space, escaped))
        await json.sql`update ${json.sql(name)} set ${json.sql(column)} = texts.value::json
          from unnest(${texts}::text[]) with ordinality as texts (value, id) where ${json.sql(name)}.id = texts.id`
      }
      const expected = await readDocuments(jsonb.connection.db, model)
      const found = await readDocuments(json.connection.db, model)
      expectSameDocuments(found.documents, expected.documents)
    })
    await fc.assert(property, { numRuns: 40 })
  },
)

test.each([
  [String.raw`{"description": "a\u0000b"}`, { description: 'a\0b', mature: false }],
  [
    String.raw`{"description": "half \ud83d", "license_url": "\udc00"}`,
    { description: 'half \ud83d', license_url: '\udc00' },
  ],
  [String.raw`{"x": "\u0000", "mature": true, "authority_boost": 5}`, { mature: true, authority_boost: 5 }],
  [String.raw`{"x": "\ud83d\ude00 \"mature\": true", "mature" : false }`, { mature: false }],
  [String.raw`{"mature": "\u0000"}`, { mature: true }],
  [String.raw`{"m\u0061ture": true}`, { mature: true }],
  [
    String.raw`"{\u0022mature\u0022: true, \u0022description\u0022: \u0022a\u0022}"`,
    { mature: true, description: 'a' },
  ],
  [String.raw`"{\"mature\": false, \"description\": \"a\\u0000\"}"`, { mature: false, description: 'a\0' }],
  ['{"x": 1e1000000, "description": "a", "mature": false}', { description: 'a', mature: false }],
  ['{"mature": true, "mature": false}', { mature: false }],
])('meta_data of type json may be any JSON value: %s', async (metaData, document) => {
  const { sql, connection } = json
  await sql`truncate image`
  await sql`insert into image (id, identifier, updated_on, meta_data, tags) values
    (1, gen_random_uuid(), now(), '{}', '[]'),
    (2, gen_random_uuid(), now(), ${metaData}::text::json, ${' \n [{"name":"a\\u0000b"}, {"name" : "\\ud83d"}]'}::text::json)`
  const { documents } = await readDocuments(connection.db, image)
  expect(documents.get('1')).not.toHaveProperty('tags')
  expect(documents.get('2')).toMatchObject({ ...document, tags: [{ name: 'a\0b' }, { name: '\ud83d' }] })
  const mature = await connection.db.select({ id: image.table.id }).from(image.table).where(image.isMature)
  expect(mature).toEqual('mature' in document && document.mature ? [{ id: 2 }] : [])
})
