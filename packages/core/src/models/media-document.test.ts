import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { media } from './example-media.ts'
import { documentOf, mediaRow } from './example-rows.ts'

const toMediaDocument = (row: Readonly<Record<string, unknown>>) => documentOf(media, row)

test('a document has the fields of its row, boosts of popularity and provider, and tags without their provider', () => {
  expect(toMediaDocument(mediaRow())).toStrictEqual({
    id: 7,
    identifier: '4bc43a04-ef46-4544-a0c1-63c63f56e276',
    mature: false,
    title: 'Orava castle',
    foreign_landing_url: 'https://example.org/photo/7',
    description: 'A castle on a rock.',
    creator: 'Ana',
    creator_url: 'https://example.org/ana',
    url: 'https://example.org/7.jpg',
    license: 'by-sa',
    license_version: '4.0',
    license_url: 'https://creativecommons.org/licenses/by-sa/4.0/',
    provider: 'flickr',
    source: 'flickr',
    category: 'photograph',
    created_on: '2018-09-11T13:06:48.062657+00:00',
    tags: [{ name: 'castle', accuracy: 0.99603 }, { name: 'rock' }],
    standardized_popularity: 25,
    authority_boost: 75,
    max_boost: 75,
    min_boost: 25,
  })
})

const emptyRow = mediaRow({
  title: null,
  foreign_landing_url: null,
  description: null,
  creator: null,
  creator_url: null,
  url: null,
  license: null,
  license_version: null,
  license_url: null,
  provider: null,
  source: null,
  category: null,
  created_on: null,
  tags: null,
  standardizedPopularity: null,
})

test('what is null in a row is left out, and the boosts are 1 where nothing is known', () => {
  const { id, identifier } = mediaRow()
  expect(toMediaDocument(emptyRow)).toStrictEqual({
    id,
    identifier,
    mature: false,
    max_boost: 1,
    min_boost: 1,
  })
})

test('an empty string is kept', () => {
  const row = mediaRow({ title: '', description: '""', creator_url: '', license: '', category: '' })
  expect(toMediaDocument(row)).toMatchObject({
    title: '',
    description: '',
    creator_url: '',
    license: '',
    category: '',
  })
})

test('a license is written in lower case', () => {
  expect(toMediaDocument(mediaRow({ license: 'BY-NC' }))['license']).toBe('by-nc')
})

test.each([
  ['"2018-09-11T13:06:48.062657"', '2018-09-11T13:06:48.062657+00:00'],
  ['"2018-09-11T13:06:48.1"', '2018-09-11T13:06:48.100000+00:00'],
  ['"2018-09-11T13:06:48.000001"', '2018-09-11T13:06:48.000001+00:00'],
  ['"2018-09-11T13:06:48"', '2018-09-11T13:06:48.000000+00:00'],
  ['"9999-12-31T23:59:59"', '9999-12-31T23:59:59.000000+00:00'],
  ['"0044-03-15T00:00:00"', '0044-03-15T00:00:00.000000+00:00'],
  ['"10000-01-01T00:00:00"', undefined],
  ['"12018-09-11T13:06:48.5"', undefined],
  ['"294276-12-31T23:59:59.999999"', undefined],
  ['"infinity"', undefined],
  ['"-infinity"', undefined],
  ['"0044-03-15T00:00:00 BC"', undefined],
])('a time %s is written with six digits and its offset: %s', (time, written) => {
  const leftOut = new Map<string, number>()
  expect(documentOf(media, mediaRow({ created_on: time }), leftOut)['created_on']).toBe(written)
  expect(leftOut.get('created_on')).toBe(written === undefined ? 1 : undefined)
})

describe('rank features', () => {
  const features = (
    standardizedPopularity: number | null,
    authorityBoost: string | null,
    provider = 'nobody',
  ) => {
    const document = toMediaDocument(mediaRow({ standardizedPopularity, authorityBoost, provider }))
    return [document['standardized_popularity'], document['authority_boost']]
  }
  const popularityOf = (popularity: number) => features(popularity, null)[0]
  const boostOf = (json: string) => features(null, json, 'flickr')[1]

  test.each([
    [0.41637943100776714, 0.41637943100776714 * 100],
    [1, 100],
    [1.5, 100],
    [Infinity, 100],
    [0, undefined],
    [-0.5, undefined],
    [-Infinity, undefined],
    [NaN, undefined],
  ])('popularity %s becomes %s', (popularity, feature) => {
    expect(popularityOf(popularity)).toBe(feature)
  })

  test('count as 0 where a 32 bit float has them as subnormal, which OpenSearch refuses', () => {
    const smallestNormal = 2 ** -126
    expect(boostOf(String(smallestNormal))).toBe(smallestNormal)
    expect(boostOf(String(smallestNormal / 2))).toBeUndefined()
    expect(popularityOf(smallestNormal / 1_000)).toBeUndefined()
  })

  test.each([
    ['flickr', 75],
    ['met', 90],
    ['stocksnap', 85],
    ['Flickr', undefined],
    ['', undefined],
  ])('authority of the provider %j is %s', (provider, boost) => {
    expect(features(null, null, provider)[1]).toBe(boost)
  })

  test.each([
    ['12.5', 12.5],
    ['"12.5"', 12.5],
    ['" +1.25e1\\t"', 12.5],
    ['".5"', 0.5],
    ['"5."', 5],
    ['"\\u00a05\\u3000"', 5],
    ['150', 100],
    ['1e-3', 0.001],
  ])('an authority_boost of %s is the number %s', (json, boost) => {
    expect(boostOf(json)).toBe(boost)
  })

  const noJsonNumbers = ['null', 'true', '[5]', '{"a":5}', '1e999', '0', '-5', '1e-40']
  const noSpelledNumbers = [
    '',
    ' ',
    'high',
    '0x10',
    '1_000',
    '1 2',
    '.',
    'e5',
    'NaN',
    'Infinity',
    '1e999',
    '\ufeff5',
  ]

  test.each([...noJsonNumbers, ...noSpelledNumbers.map((text) => JSON.stringify(text))])(
    'an authority_boost of %s is none, and the provider has no say',
    (json) => {
      expect(boostOf(json)).toBeUndefined()
    },
  )

  test('a long run of digits that ends as a word is seen through at once', () => {
    expect(boostOf(JSON.stringify(`${'1'.repeat(100_000)}x`))).toBeUndefined()
  })

  test.each([
    [0.25, '40', 40, 25],
    [0.9, '40', 90, 40],
    [0.005, null, 1, 0.5],
    [null, '40', 40, 1],
    [null, '0.5', 1, 0.5],
    [null, null, 1, 1],
    [7, '700', 100, 100],
  ])(
    'popularity %s and authority_boost %s give a max_boost of %s and a min_boost of %s',
    (popularity, boost, max, min) => {
      const row = mediaRow({ standardizedPopularity: popularity, authorityBoost: boost, provider: null })
      expect(toMediaDocument(row)).toMatchObject({ max_boost: max, min_boost: min })
    },
  )

  test('lie between 0 and 100, whatever a row says', () => {
    fc.assert(
      fc.property(
        fc.option(fc.double()),
        fc.option(fc.oneof(fc.json(), fc.double().map(String))),
        (popularity, boost) => {
          const row = mediaRow({ standardizedPopularity: popularity, authorityBoost: boost, provider: 'met' })
          const {
            standardized_popularity = 1,
            authority_boost = 1,
            max_boost,
            min_boost,
          } = toMediaDocument(row) as Record<string, number>
          for (const feature of [standardized_popularity, authority_boost, max_boost, min_boost]) {
            expect(feature).toBeGreaterThanOrEqual(1.17549435e-38)
            expect(feature).toBeLessThanOrEqual(100)
          }
          expect(max_boost).toBe(Math.max(standardized_popularity, authority_boost))
          expect(min_boost).toBe(Math.min(standardized_popularity, authority_boost))
        },
      ),
    )
  })
})
