import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { findAnyLine, findAnyTerm } from '../../src/actions/create-filtered-index/term-query.ts'
import { hashTerms, readTerms } from '../../src/actions/terms.ts'
import { image } from '../../src/index.ts'
import {
  createFilteredHarness,
  idsOf,
  insertImages,
  type FilteredHarness,
  type Work,
} from './filtered-harness.ts'

interface Row {
  line: string
  matches: string[]
  others: string[]
}

/** The tables of the documentation: a line of the list, what it matches and what it doesn't. */
const rows = (
  await readFile(resolve(import.meta.dirname, '../../../../docs/reference/sensitive-terms.md'), 'utf8')
)
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line): Row => {
    const [lines, matches, others] = line.split('|').slice(1).map(readSpans)
    return { line: lines?.[0] ?? '', matches: matches ?? [], others: others ?? [] }
  })

/** Texts in backquotes, in which `\u` and four digits are a character. */
function readSpans(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, text = '']) =>
    text.replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
  )
}

/** Each text as a title, as a tag and as a description. */
const texts = [...new Set(rows.flatMap(({ matches, others }) => [...matches, ...others]))]
const works = texts.flatMap((text): Work[] => [
  { title: text },
  { title: '', tags: ['x', text] },
  { title: '', description: text },
])
const idsOfText = (text: string) => [1, 2, 3].map((offset) => String(texts.indexOf(text) * 3 + offset))

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('%s', (_, urlName) => {
  let harness: FilteredHarness
  beforeAll(async () => {
    harness = await createFilteredHarness({ openSearchUrl: inject(urlName), settings: { shards: 1 } })
    await insertImages(harness, works)
    await harness.reindex()
  })
  afterAll(() => harness.close())

  /** Ids found by both queries for a list: the one that deletes, and the one that verifies. */
  async function search(list: string, index = harness.source) {
    const terms = await readTerms(contextOf(list), index)
    return Promise.all(
      [findAnyTerm(terms), findAnyLine(terms)].map(async (query) => {
        const { body } = await harness.search.search({ index, size: 10_000, body: { query } })
        return body.hits.hits.map(({ _id }) => String(_id)).sort()
      }),
    )
  }

  const contextOf = (list: string) => ({
    search: harness.search,
    readSensitiveTerms: async () => list,
    signal: new AbortController().signal,
  })

  test.each(rows)('the line $line matches what the documentation says', async ({ line, matches, others }) => {
    for (const found of await search(line)) {
      for (const text of matches)
        expect([text, found]).toEqual([text, expect.arrayContaining(idsOfText(text))])
      for (const text of others) expect(found.filter((id) => idsOfText(text).includes(id))).toEqual([])
    }
  })

  test('a filtered index has no document that a line matches, and all others', async () => {
    harness.terms.text = rows.map(({ line }) => line).join('\n')
    const task = await harness.filter('look-alikes')
    expect(task).toMatchObject({ status: 'succeeded', error: null })
    const [matched = []] = await search(harness.terms.text)
    const all = works.map((_, position) => String(position + 1))
    expect(await idsOf(harness.search, task.index)).toEqual(all.filter((id) => !matched.includes(id)).sort())
  })

  test('in an index without rules for look-alikes, all normal forms are found', async () => {
    const index = `image-${harness.suffix}-old`
    const { filter, analyzer } = image.analysis as Record<string, Record<string, object>>
    const analysis = { filter, analyzer: { custom_english: analyzer?.['custom_english'] } } as Record<
      string,
      object
    >
    await harness.search.indices.create({
      index,
      body: {
        settings: { number_of_shards: 1, number_of_replicas: 0, analysis },
        mappings: image.mappings,
      },
    })
    const titles = ['canárd', 'cana\u0301rd', 'ｂｉｒｄ', 'bird', 'it’s', "it's", 'birds', 'o\u0301 bird']
    await harness.search.bulk({
      index,
      refresh: true,
      body: titles.flatMap((title, id) => [{ index: { _id: String(id) } }, { title }]),
    })
    const list = 'cana\u0301rd\nｂｉｒｄ\nit’s\nó ｂｉｒｄ'
    for (const found of await search(list, index)) expect(found).toEqual(['0', '1', '2', '3', '4', '5', '7'])
  })

  test('the longest possible word is found, and invisible characters do not shift the lines after it', async () => {
    const word = 'x'.repeat(300)
    const index = `image-${harness.suffix}-long`
    await harness.search.indices.create({
      index,
      body: {
        settings: { number_of_shards: 1, number_of_replicas: 0, analysis: image.analysis },
        mappings: image.mappings,
      },
    })
    await harness.search.bulk({
      index,
      refresh: true,
      body: [
        { index: { _id: '1' } },
        { title: `a ${word} b` },
        { index: { _id: '2' } },
        { title: word.slice(1) },
      ],
    })
    for (const found of await search(word, index)) expect(found).toEqual(['1'])
    const lines = ['\u200bone\u200b', '\u00ad\u00adtwo\u2060\u2060', 'ﬃthree\ufe0f', 'four']
    const terms = await readTerms(contextOf(lines.join('\n')), index)
    expect(terms.filter(({ isOther }) => !isOther).map(({ token }) => token)).toEqual([
      'one',
      'two',
      'ffithree',
      'four',
    ])
  })

  test('a line that normalizes to nothing fails the task with its number', async () => {
    for (const line of ['\u200b\u2060', '\u3164', '\ufe0f', '?!', '\0b\0i']) {
      const list = `red\n${line}\n`
      await expect(readTerms(contextOf(list), harness.source)).rejects.toMatchObject({
        code: 'term_invalid',
        details: { line: 2 },
      })
    }
  })

  test('the hash of a list covers its lines, not their spellings', async () => {
    const hash = async (list: string) => hashTerms(await readTerms(contextOf(list), harness.source))
    // SHA-256 of "canárd\nred hat", unchanged since before look-alikes were searched for.
    expect(await hash('red hat\n canárd \n# none\nred hat')).toBe(
      'b3c5ccc166386ab9c40f7673a5b6e50ac3f0cf9239d35e4d89515a0d39b5a1d1',
    )
  })
})
