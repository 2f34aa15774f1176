import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonBytes } from '../documents/json-bytes.ts'
import { media } from './example-media.ts'
import { documentOf, mediaRow, toRawRow } from './example-rows.ts'
import type { LeftOut } from '../documents/left-out.ts'

const toMediaDocument = (row: Readonly<Record<string, unknown>>) => documentOf(media, row)

function textOf(to: JsonBytes, row: Readonly<Record<string, unknown>>, leftOut: LeftOut): string {
  media.writeDocument(toRawRow(media, row), to, leftOut)
  return new TextDecoder().decode(to.bytes.subarray(0, to.length))
}

describe('a description', () => {
  const descriptionOf = (description: string) => toMediaDocument(mediaRow({ description }))['description']

  test.each([
    ['null', 0],
    ['{}', 0],
    ['[]', 0],
    ['[null]', 0],
    ['{"a": 1}', 1],
    ['[["a"], {}]', 1],
    [`1${'0'.repeat(400)}`, 1],
  ])('that holds no text is left out: %s', (description, counted) => {
    const leftOut = new Map<string, number>()
    expect(documentOf(media, mediaRow({ description }), leftOut)).not.toHaveProperty('description')
    expect(leftOut.get('description') ?? 0).toBe(counted)
  })

  test.each([
    ['5', '5', 0],
    ['9007199254740993', '9007199254740993', 0],
    ['true', 'true', 0],
    ['["a", 9007199254740993, null, false]', '["a",9007199254740993,false]', 0],
    ['["a", ["b"]]', '["a"]', 1],
  ])('that is a number, a boolean or a list is written as it is: %s', (json, written, counted) => {
    for (const field of ['description', 'license_url']) {
      const to = new JsonBytes(1)
      const leftOut = new Map<string, number>()
      expect(textOf(to, mediaRow({ [field]: json }), leftOut)).toContain(`"${field}":${written},`)
      expect(leftOut.get(field) ?? 0).toBe(counted)
    }
  })

  test('that is a list is kept up to 2,000 entries', () => {
    const list = Array.from({ length: 2_001 }, (_, index) => `${index}`)
    expect(descriptionOf(JSON.stringify(list))).toStrictEqual(list.slice(0, 2_000))
  })

  test('is kept up to 2,000 code points, however long they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (unit) => {
        const text = unit.repeat(300)
        expect(descriptionOf(JSON.stringify(text))).toBe(Array.from(text).slice(0, 2_000).join(''))
      }),
    )
    expect(descriptionOf(JSON.stringify('😀'.repeat(2_001)))).toBe('😀'.repeat(2_000))
    expect(descriptionOf(JSON.stringify('\n'.repeat(2_000)))).toBe('\n'.repeat(2_000))
  })
})

describe('tags', () => {
  const tagsOf = (tags: string | null) => toMediaDocument(mediaRow({ tags }))['tags']

  test.each([
    ['{}', 0],
    ['[]', 0],
    ['null', 0],
    ['""', 0],
    ['"[]"', 0],
    ['[{}, null, {"name": null}, {"accuracy": 1}, []]', 0],
    ['"castle"', 1],
    ['5', 1],
    ['{"name": "castle"}', 1],
    ['["castle"]', 1],
    ['[5, ["name"]]', 1],
    ['[{"name": 1e999}]', 1],
  ])('are left out where there are none, and counted where there may be: %s', (tags, counted) => {
    const leftOut = new Map<string, number>()
    expect(documentOf(media, mediaRow({ tags }), leftOut)).not.toHaveProperty('tags')
    expect(leftOut.get('tags') ?? 0).toBe(counted)
  })

  test('that are not tags are left out of a list, whose others are written, and the row is counted once', () => {
    const leftOut = new Map<string, number>()
    const tags = '["a", {"name": "b"}, 5, {"name": "c", "accuracy": 1e999}]'
    expect(documentOf(media, mediaRow({ tags }), leftOut)['tags']).toStrictEqual([
      { name: 'b' },
      { name: 'c' },
    ])
    expect(Object.fromEntries(leftOut)).toStrictEqual({ tags: 1 })
  })

  test.each([1, 2, 3])('that were encoded %i times more are unwrapped, entries too', (times) => {
    const encode = (json: string) => {
      for (let encoding = 0; encoding < times; encoding++) json = JSON.stringify(json)
      return json
    }
    expect(tagsOf(encode('[{"name": "castle"}, null]'))).toStrictEqual([{ name: 'castle' }])
    expect(tagsOf(`[${encode('{"name": "castle"}')}]`)).toStrictEqual([{ name: 'castle' }])
  })

  test('keep name and accuracy as they are, whatever JSON they are, for OpenSearch to take or refuse', () => {
    const tags = [
      { name: 5, accuracy: '0.5' },
      { name: '' },
      { name: { a: null }, accuracy: [false] },
      { name: false },
    ]
    expect(tagsOf(JSON.stringify(tags))).toStrictEqual(tags)
  })

  test('have no accuracy where it is null or beyond all numbers', () => {
    const tags =
      '[{"name": "a", "accuracy": null}, {"name": "b", "accuracy": 1e999}, {"name": "c", "accuracy": 0}]'
    expect(tagsOf(tags)).toStrictEqual([{ name: 'a' }, { name: 'b' }, { name: 'c', accuracy: 0 }])
  })

  test('are left out where their name is nested too deep to be written', () => {
    const nested = (levels: number) => `{"name": ${'['.repeat(levels)}${']'.repeat(levels)}}`
    expect(tagsOf(`[${nested(100)}, {"name": "a"}]`)).toHaveLength(2)
    expect(tagsOf(`[${nested(101)}, {"name": "a"}]`)).toStrictEqual([{ name: 'a' }])
    expect(tagsOf(`[${nested(10_000)}]`)).toBeUndefined()
  })
})

test.each([
  ['"high"', 1],
  ['""', 1],
  ['true', 1],
  ['[5]', 1],
  ['null', 0],
  ['-5', 0],
  ['"5"', 0],
])('an authority_boost of %s, which is not a number, is counted', (authorityBoost, counted) => {
  const leftOut = new Map<string, number>()
  documentOf(media, mediaRow({ authorityBoost }), leftOut)
  expect(leftOut.get('authority_boost') ?? 0).toBe(counted)
})

describe('meta_data that Postgres can not take apart', () => {
  const read = (meta_data: string) => {
    const leftOut = new Map<string, number>()
    const row = mediaRow({ description: null, license_url: null, meta_data })
    return { document: documentOf(media, row, leftOut), leftOut: Object.fromEntries(leftOut) }
  }
  const members =
    '{ "description" :\n"A \\u0000 \\ud83d castle", "license_url":[9007199254740993],"x":{"description":"y"} }'
  const document = { description: 'A \0 \ud83d castle', license_url: [9007199254740992], authority_boost: 75 }

  test.each([0, 1, 2, 3])('has its members read, though it was encoded %i times more', (times) => {
    let json = members
    for (let encoding = 0; encoding < times; encoding++) json = JSON.stringify(json)
    expect(read(json)).toMatchObject({ document, leftOut: {} })
  })

  test.each([
    ['"no JSON"', 1],
    ['"{\\"description\\": "', 1],
    ['[{"description": "a"}]', 1],
    ['5', 1],
    ['true', 1],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 1],
    ['null', 0],
    ['""', 0],
    ['" "', 0],
    ['"null"', 0],
    ['[]', 0],
    ['"{}"', 0],
  ])('is left out where it is not an object, and counted where it holds anything', (json, counted) => {
    const { document, leftOut } = read(json)
    expect(document).not.toHaveProperty('description')
    expect(leftOut['meta_data'] ?? 0).toBe(counted)
  })
})
