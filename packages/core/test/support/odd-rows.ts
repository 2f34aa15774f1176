import fc from 'fast-check'
import type postgres from 'postgres'
import { readBodies } from '../../src/actions/reindex/read-bodies.ts'
import { createSpares } from '../../src/documents/index.ts'
import type { Database } from '../../src/rows/index.ts'
import type { Model } from '../../src/index.ts'

/** Any text that Postgres can hold: all characters but U+0000. */
const anyText = fc.string({ unit: 'binary', maxLength: 80 }).map((text) => text.replaceAll('\0', '\u0001'))
/** Lower case beyond ASCII depends on the language, and differs between Postgres and JavaScript. */
const asciiText = fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll('\0', '\n'))

/** Numbers of jsonb that a double can't hold, or that JavaScript would write differently. */
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
/** JSON text, because a number may not fit a double. */
const objectOf = (members: Record<string, fc.Arbitrary<string>>) =>
  fc
    .record(members, { requiredKeys: [] })
    // Absent members are left out, so never undefined.
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
    listOf(nested),
  ),
  license_url: fc.oneof(nested, listOf(nested)),
  authority_boost: nested,
  mature: fc.oneof(nested, fc.constantFrom('true', 'false', 'null')),
})

/** JSON that was encoded as a JSON string, often twice. */
const encodedAgain = (json: fc.Arbitrary<string>) =>
  fc.tuple(json, fc.integer({ min: 1, max: 3 })).map(([text, times]) => {
    for (let encoding = 0; encoding < times; encoding++) text = JSON.stringify(text)
    return text
  })
/** Strings that look like JSON but are not. */
const noObject = fc
  .constantFrom(
    "{'mature': True}",
    '{"mature": true',
    '{"mature": false, "a": NaN}',
    '{"description": "mature',
    'MATURE',
    '{"description": "a mature tree"}',
    '{"a": {"mature": 1}}',
    '{"mature": null, "a": "\\"mature\\": true"}',
    ' {\n"mature"\t:\r false }\n',
    '[{"mature": false}]',
    '["immature"]',
  )
  .map((text) => JSON.stringify(text))

/** A column's value as JSON, including null. */
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
  meta_data: fc.oneof(
    metaData,
    nested,
    encodedAgain(metaData),
    encodedAgain(nested),
    noObject,
    listOf(metaData),
  ),
  tags: fc.oneof(listOf(tag), nested, encodedAgain(listOf(tag)), listOf(fc.oneof(tag, encodedAgain(tag)))),
}
const int4 = (...likely: number[]) => valueOf(fc.oneof(fc.integer(), fc.constantFrom(...likely)))
/** Columns of a row as JSON, with any values that Postgres can hold, for each model. */
export const rowsOf = {
  image: { ...media, thumbnail: valueOf(anyText), width: int4(640, 1600), height: int4(480, 640, 900) },
  audio: {
    ...media,
    bit_rate: int4(0, 128_000),
    sample_rate: int4(0, 44_100),
    duration: int4(0, 29_999, 30_000, 120_000, 600_000),
    filetype: valueOf(anyText),
    genres: valueOf(fc.array(fc.constantFrom('rock', 'a "b"', '{}'))),
    alt_files: fc.oneof(
      listOf(objectOf({ filetype: nested })),
      nested,
      encodedAgain(listOf(objectOf({ filetype: nested }))),
    ),
  },
}

/**
 * Replaces the rows of a table.
 *
 * @param rows columns of each as JSON; ids and identifiers are assigned from 1 on
 */
export async function replaceRows(
  sql: postgres.Sql,
  name: string,
  rows: readonly Record<string, string>[],
): Promise<void> {
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

/** The documents of a table's rows, by id, and the numbers of read and dropped rows. */
export async function readDocuments(db: Database, model: Model, targetBodyLength = 1_000_000) {
  const bodies = readBodies(db, model, {
    range: { after: null, end: 2n ** 31n - 1n },
    onDrop: 'skip',
    targetBodyLength,
    spare: createSpares(2),
  })
  const documents = new Map<string, Record<string, unknown>>()
  const leftOut: Record<string, number> = {}
  let [read, dropped] = [0, 0]
  for await (const rows of bodies) {
    read += rows.read
    dropped += rows.dropped.removed_from_source
    for (const [field, count] of rows.leftOut) leftOut[field] = (leftOut[field] ?? 0) + count
    const lines = decoder.decode(rows.body.slice()).split('\n')
    if (lines.length !== rows.body.size * 2 + 1) throw new Error('not two lines for each document')
    for (let line = 0; line + 1 < lines.length; line += 2) {
      const { id } = rows.body.read(line / 2)
      if (lines[line] !== `{"index":{"_id":"${id}"}}`) throw new Error(`an action of ${id}: ${lines[line]}`)
      // Postgres writes the -0 of jsonb as 0.
      const document = JSON.stringify(JSON.parse(String(lines[line + 1])))
      documents.set(id, JSON.parse(document) as Record<string, unknown>)
    }
    bodies.recycle(rows.body)
  }
  return { documents, leftOut, read, dropped }
}
