import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { audioRow, documentOf, imageRow } from './example-rows.ts'
import { audio, image, type Model } from './index.ts'

/** JSON values for these columns: realistic ones, arbitrary ones, and some that are hard to write. */
const jsonText = fc.oneof(
  fc.constant(null),
  fc.json(),
  fc.constantFrom('1e999', '"1e999"', '[1e999]', `${'['.repeat(9_000)}${']'.repeat(9_000)}`, 'no JSON'),
  fc
    .array(
      fc.oneof(
        fc.jsonValue(),
        fc.record(
          { name: fc.jsonValue(), accuracy: fc.jsonValue(), filetype: fc.jsonValue() },
          { requiredKeys: [] },
        ),
      ),
    )
    .map((list) => JSON.stringify(list)),
)
const text = fc.string({ unit: 'binary' })
const anyText = fc.option(text)
const anyNumber = fc.option(fc.oneof(fc.integer(), fc.constantFrom(0, 1, 30_000)))
const anyString = fc.option(text.map((value) => JSON.stringify(value)))
const json = fc.record({ tags: jsonText, authorityBoost: jsonText, description: anyString })
const texts = fc.record({
  title: anyText,
  creator: anyText,
  url: anyText,
  license: anyText,
  provider: anyText,
  created_on: fc.oneof(anyText, fc.constantFrom('"infinity"', '"2018-09-11T13:06:48"')),
})
const numbers = fc.record({ standardizedPopularity: fc.option(fc.double()) })
const ofImages = fc.record({ thumbnail: anyText, width: anyNumber, height: anyNumber })
const ofAudio = fc.record({
  genres: jsonText,
  altFiles: jsonText,
  filetype: anyText,
  duration: anyNumber,
  bit_rate: anyNumber,
})
const changesOf = (own: fc.Arbitrary<Record<string, unknown>>) =>
  fc
    .tuple(json, texts, numbers, own, fc.boolean())
    .map(([json, texts, numbers, own, mature]) => ({ ...json, ...texts, ...numbers, ...own, mature }))

const models: [string, Model, typeof imageRow, ReturnType<typeof changesOf>][] = [
  ['image', image, imageRow, changesOf(ofImages)],
  ['audio', audio, audioRow, changesOf(ofAudio)],
]

describe.each(models)('%s', (_name, model, exampleRow, changes) => {
  test('any row becomes a document of JSON, with its texts as they are and nothing null in it', () => {
    fc.assert(
      fc.property(changes, (changes) => {
        const document = documentOf(model, exampleRow(changes))
        for (const name of ['title', 'creator', 'url', 'provider'] as const) {
          expect(document[name]).toBe(changes[name] ?? undefined)
        }
        expect(document['description']).toBe(JSON.parse(changes.description ?? 'null') ?? undefined)
        for (const value of Object.values(document)) expect(value).not.toBeNull()
        for (const tag of (document['tags'] ?? []) as Record<string, unknown>[]) {
          expect(Object.values(tag)).not.toContain(null)
          expect(tag).toHaveProperty('name')
        }
        expect(document).toMatchObject({ id: 7, mature: changes.mature })
      }),
    )
  })

  test('every field of a document is mapped', () => {
    const fields = Object.keys(documentOf(model, exampleRow({ authorityBoost: '5' })))
    expect(Object.keys(model.mappings.properties)).toEqual(expect.arrayContaining(fields))
  })

  test('sensitive terms find the words of a document as they stand there', () => {
    const { title, description, tags } = model.mappings.properties
    const raw = { fields: { raw: { type: 'text', analyzer: 'standard' } } }
    expect([title, description, tags]).toMatchObject([raw, raw, { properties: { name: raw } }])
  })

  test('a text that is too long for a keyword never makes OpenSearch refuse a document', () => {
    const maxKeywordBytes = 32_766
    const maxBytesPerUnit = 3
    const limits = JSON.stringify(model.mappings).matchAll(/"ignore_above":(\d+)/g)
    for (const [, limit] of limits) expect(Number(limit) * maxBytesPerUnit).toBeLessThan(maxKeywordBytes)
    // 2,000 code points, each of two units.
    expect(model.mappings.properties['description']).toMatchObject({
      fields: { keyword: { ignore_above: 4_000 } },
    })
  })

  test('its analyzer is in its analysis', () => {
    expect(model.mappings.properties['title']).toMatchObject({
      analyzer: 'custom_english',
      similarity: 'boolean',
    })
    expect(model.analysis).toHaveProperty('analyzer.custom_english')
  })
})
