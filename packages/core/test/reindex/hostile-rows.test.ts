import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { readExpectedDocuments } from '../expected-documents.ts'
import { createHarness, expectSameDocuments, readIndex, type Harness } from '../support/harness.ts'
import { replaceRows, rowsOf } from '../support/odd-rows.ts'
import { postgresUrl } from '../support/postgres-url.ts'

// `npm run hostile -- rows --rows N` writes more of them.
const rowsInAll = Number(process.env['HOSTILE_ROWS'] ?? 600)
const rowsOfRun = 150
const seed = Number(process.env['HOSTILE_SEED'] ?? 1)

const inWords = (unit: fc.Arbitrary<string>, maxLength: number) =>
  fc.tuple(unit, fc.integer({ min: 1, max: maxLength })).map(([each, times]) => each.repeat(times))
/** Texts that Postgres stores and other software fails on: all planes, thousands of marks, directions, length. */
const hugeText = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.replaceAll('\0', '')),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '\ufffe\uffff',
      '\u{10ffff}\u{1fffe}',
      '\u202eabc\u202c',
      '\ufeff',
      '\u2028\u2029\u0085',
      '\u007f\u0001',
    ),
  },
  { weight: 2, arbitrary: inWords(fc.constantFrom('e\u0301', '\u0301', 'क्ष', '👩‍👩‍👧', '\u{e0041}'), 4_000) },
  { weight: 1, arbitrary: inWords(fc.constantFrom('x', 'a ', '"\\', '\u0001', '😀'), 40_000) },
)
const json = hugeText.map((text) => JSON.stringify(text))
const deep = fc
  .integer({ min: 1, max: 60 })
  .map((levels) => '{"a":'.repeat(levels) + '[1e308]' + '}'.repeat(levels))
const oddKeys = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom('', '__proto__', 'constructor', 'a.b', '.', ' ', 'name', 'mature'), hugeText),
      fc.oneof(json, deep, fc.constantFrom('1e400', '-0', '1e-400', 'null', `${'9'.repeat(500)}.5`)),
    ),
    { maxLength: 6 },
  )
  .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`)

const hostileMembers = {
  title: fc.option(json, { nil: 'null' }),
  creator: fc.option(json, { nil: 'null' }),
  meta_data: fc.oneof(
    oddKeys,
    deep,
    json.map((text) => `{"description":${text}}`),
    fc.constant('null'),
  ),
  tags: fc.oneof(
    fc
      .array(
        fc.oneof(
          json.map((name) => `{"name":${name},"accuracy":1e400}`),
          oddKeys,
        ),
        { maxLength: 20 },
      )
      .map((tags) => `[${tags.join()}]`),
    deep,
  ),
  created_on: fc.constantFrom(
    ...['"infinity"', '"-infinity"', '"4713-01-01 00:00:00+00 BC"', '"0001-12-31 23:59:59.999999+00 BC"'],
    ...['"294276-12-31 23:59:59.999999+00"', '"0001-01-01T00:00:00+15:59"', '"9999-12-31T23:59:59.999999Z"'],
  ),
  standardized_popularity: fc.constantFrom(
    '"NaN"',
    '"Infinity"',
    '"-Infinity"',
    '"1e308"',
    '"5e-324"',
    '"-0"',
    'null',
    '"1"',
  ),
}

let harness: Harness
beforeAll(async () => {
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl: inject('openSearchUrl') })
})
afterAll(() => harness.close())

test.each(['image', 'audio'] as const)(
  `hostile rows of %s are each indexed as SQL computes them, or are failed documents: ${rowsInAll} rows, seed ${seed}`,
  async (model) => {
    // Any member may be unusual; its other values are as in the other suite.
    const row = fc
      .tuple(
        fc.record(rowsOf[model] as Record<string, fc.Arbitrary<string>>),
        fc.record(hostileMembers, { requiredKeys: [] }),
      )
      .map(([members, hostile]) => ({ ...members, ...hostile }))
    for (let from = 0; from * 2 < rowsInAll; from += rowsOfRun) {
      const rows = fc.sample(row, { numRuns: rowsOfRun, seed: seed + from })
      await replaceRows(harness.sql, model, rows)
      const suffix = `${harness.suffix}-${from}`
      const task = await harness.reindex({
        model,
        index_suffix: suffix,
        max_failed: rowsOfRun,
        verify: 'documents',
      })
      const { documents } = await readExpectedDocuments(harness.sql, model)
      const failed = await harness.context.store.failedDocuments(task.id, { limit: rowsOfRun })
      expect(task, `rows from seed ${seed + from}`).toMatchObject({ status: 'succeeded', error: null })
      for (const { id, reason } of failed as unknown as { id: string; reason: unknown }[]) {
        expect([id, documents.delete(id), reason]).toEqual([id, true, expect.anything()])
      }
      const found = await readIndex(harness.search, `${model}-${suffix}`)
      for (const document of documents.values()) dropHuge(document)
      // Postgres writes the -0 of jsonb as 0.
      for (const [id, document] of found) found.set(id, JSON.parse(JSON.stringify(document)))
      expectSameDocuments(found, documents)
      await harness.search.indices.delete({ index: `${model}-${suffix}` })
    }
  },
)

/** A number beyond a double is left out of a document, with the tag whose name it is. */
function dropHuge(document: Record<string, unknown>): void {
  const tags = (document['tags'] ?? []) as { name: unknown; accuracy?: unknown }[]
  const kept = tags.filter(({ name }) => name !== Infinity)
  for (const tag of kept) if (tag.accuracy === Infinity) delete tag.accuracy
  if (kept.length > 0) document['tags'] = kept
  else delete document['tags']
}
