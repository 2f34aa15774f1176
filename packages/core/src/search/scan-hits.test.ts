import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scanHits } from './scan-hits.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const toBytes = (value: unknown, indent?: number) => encoder.encode(JSON.stringify(value, null, indent))

const hit = fc.record(
  {
    _index: fc.string(),
    _id: fc.string({ unit: 'binary' }),
    _score: fc.constantFrom(null, 1.5),
    _source: fc.dictionary(fc.string(), fc.jsonValue()),
    sort: fc.array(fc.integer()),
  },
  { requiredKeys: ['_id', '_source'] },
)

test('every document of a response is read once, under its key, whatever it holds and however it is written', () => {
  fc.assert(
    fc.property(fc.array(hit), fc.option(fc.nat(3), { nil: undefined }), (hits, indent) => {
      const rest = { took: 3, timed_out: false, _shards: { total: 2, failed: 0, 'a"]}': [{}] } }
      const response = { ...rest, hits: { total: { value: 1 }, max_score: null, hits } }
      const found: [string, unknown][] = []
      const result = scanHits(toBytes(response, indent), {
        match: () => -1,
        readOther: (key, source) => found.push([key, JSON.parse(decoder.decode(source))]),
      })
      expect(result).toEqual({ hits: hits.length, rest })
      expect(found).toEqual(JSON.parse(JSON.stringify(hits.map(({ _id, _source }) => [_id, _source]))))
    }),
  )
})

test('a source that is matched is passed over, and one that comes before its key is read all the same', () => {
  const source = '{"id":1,"title":"]}\\""}'
  const json = encoder.encode(
    `{"hits":{"hits":[{"_id":"1","_source":${source},"sort":[1]},{"_source":${source},"_id":"2"},{"_id":"3"}]}}`,
  )
  const matched: string[] = []
  const others: [string, string][] = []
  scanHits(json, {
    match(key, bytes, start) {
      matched.push(key)
      expect(decoder.decode(bytes.subarray(start, start + source.length))).toBe(source)
      return start + source.length
    },
    readOther: (key, bytes) => others.push([key, decoder.decode(bytes)]),
  })
  expect(matched).toEqual(['1'])
  expect(others).toEqual([
    ['2', source],
    ['3', ''],
  ])
})

test('a response that was cut off, or is not one, is refused', () => {
  const response =
    '{"timed_out":false,"hits":{"hits":[{"_id":"1","_source":{"a":"b\\\\"}},{"_id":"2","_source":{}}]}}'
  const reader = { match: () => -1, readOther: () => undefined }
  expect(scanHits(encoder.encode(response), reader).hits).toBe(2)
  for (let length = 0; length < response.length; length++) {
    expect(
      () => scanHits(encoder.encode(response.slice(0, length)), reader),
      response.slice(0, length),
    ).toThrow(SyntaxError)
  }
  expect(() => scanHits(encoder.encode('<html>'), reader)).toThrow(SyntaxError)
})
