import { expect, test } from 'vitest'
import { audio } from './audio.ts'
import { audioRow, documentOf } from './example-rows.ts'

const toDocument = (changes: Record<string, unknown>) => documentOf(audio, audioRow(changes))

test('a track has rates, genres, a duration with its length, and file types beside what all media have', () => {
  expect(toDocument({})).toMatchObject({
    id: 7,
    title: 'Orava castle',
    max_boost: 75,
    bit_rate: 128_000,
    sample_rate: 44_100,
    genres: ['rock', 'pop'],
    duration: 177_000,
    length: 'medium',
    filetype: 'mp3',
    extension: 'mp3',
  })
})

test('a track without them has none of them', () => {
  const nothing = {
    bit_rate: null,
    sample_rate: null,
    genres: null,
    duration: null,
    filetype: null,
    altFiles: null,
  }
  const document = toDocument(nothing)
  for (const field of ['bit_rate', 'sample_rate', 'genres', 'duration', 'length', 'filetype', 'extension']) {
    expect(document).not.toHaveProperty(field)
  }
})

test.each([
  [1, 'shortest'],
  [29_999, 'shortest'],
  [30_000, 'short'],
  [119_999, 'short'],
  [120_000, 'medium'],
  [599_999, 'medium'],
  [600_000, 'long'],
])('%s ms are %s', (duration, length) => {
  expect(toDocument({ duration })).toMatchObject({ duration, length })
})

test('a duration of 0 is kept and has no length', () => {
  const document = toDocument({ duration: 0 })
  expect(document['duration']).toBe(0)
  expect(document).not.toHaveProperty('length')
})

test('an empty list of genres is left out, and so is an entry without a value', () => {
  for (const genres of ['[]', '[null]', '{}']) expect(toDocument({ genres })).not.toHaveProperty('genres')
  expect(toDocument({ genres: '[null,"a,b",""]' })['genres']).toStrictEqual(['a,b', ''])
})

test.each([
  ['[{"filetype": "ogg", "bit_rate": 1}, {"filetype": "mp3"}, {"filetype": "ogg"}]', ['ogg', 'mp3', 'ogg']],
  ['[{"filetype": 5}, null, "flac", ["x"], {"filetype": "wav"}]', ['wav']],
  ['[{"filetype": 5}]', 'mp3'],
  ['[]', 'mp3'],
  ['{"filetype": "ogg"}', 'mp3'],
  ['null', 'mp3'],
  [null, 'mp3'],
  [JSON.stringify('[{"filetype": "ogg"}]'), ['ogg']],
  ['\n [ {"filetype":"ogg"} ]', ['ogg']],
])('with the alternative files %s the extension is %j', (altFiles, extension) => {
  expect(toDocument({ altFiles })['extension']).toStrictEqual(extension)
})

test.each([
  [{ altFiles: '[{"filetype": 5}, {"filetype": "wav"}]' }, { extension: 1 }],
  [{ altFiles: '["flac"]' }, { extension: 1 }],
  [{ altFiles: '"flac"' }, { extension: 1 }],
  [{ genres: '{"rock": 1}' }, { genres: 1 }],
  [{ altFiles: '[null, {}, {"filetype": null}]', genres: '[null]' }, {}],
  [{ altFiles: '""', genres: '{}' }, {}],
])('what is not a string among %j is counted: %j', (changes, counts) => {
  const leftOut = new Map<string, number>()
  documentOf(audio, audioRow(changes), leftOut)
  expect(Object.fromEntries(leftOut)).toStrictEqual(counts)
})
