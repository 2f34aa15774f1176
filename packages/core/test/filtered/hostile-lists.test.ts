import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runToEnd } from '../support/harness.ts'
import {
  createFilteredHarness,
  idsOf,
  insertImages,
  type FilteredHarness,
  type Work,
} from './filtered-harness.ts'

// `npm run hostile -- terms --runs N` filters more lists.
const runs = Number(process.env['HOSTILE_RUNS'] ?? 8)
const seed = Number(process.env['HOSTILE_SEED'] ?? 1)

const wordsOf = (letters: string) => fc.stringMatching(new RegExp(`^[${letters}]{2,8}$`, 'u'))
/** Words of one script each: the tables of the documentation define word boundaries between scripts. */
const word = fc.oneof(
  wordsOf('a-z'),
  wordsOf('A-Z0-9'),
  wordsOf('àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ'),
  wordsOf('а-я'),
  wordsOf('α-ω'),
  wordsOf('א-ת'),
  wordsOf('\u0627-\u063a'),
)
/** Separators between two words. */
const gap = fc.constantFrom(
  ' ',
  '  ',
  ', ',
  ' - ',
  '/',
  '\t',
  '\u00a0',
  '\u2003',
  ' 😀 ',
  '! ',
  ' (',
  ' 👩‍👩‍👧 ',
  '\u2028',
)
const text = fc
  .tuple(word, fc.array(fc.tuple(gap, word), { minLength: 1, maxLength: 8 }))
  .map(([first, rest]) => ({
    words: [first, ...rest.map(([, each]) => each)],
    text: first + rest.flat().join(''),
  }))

/** Changes that keep the term of a line. */
const disguise = fc.constantFrom<(term: string) => string>(
  (term) => term,
  (term) => `\ufeff${term}`,
  (term) => `  ${term}\t`,
  (term) => `\u3000${term}\u0085`,
  (term) => `\u202e${term}\u202c`,
  (term) => term.normalize('NFD'),
  (term) => term.replace(/(?<=^.)/u, '\u200b'),
  (term) => `"${term}"`,
  (term) => `*${term}*`,
  (term) => `.*(${term})?$`,
)
/** All line ends: Unicode's newline function (UAX 14: BK, CR, LF, NL). */
const lineEnd = fc.constantFrom('\n', '\r\n', '\r', '\u0085', '\u2028', '\u2029', '\v', '\f')
const noise = fc.constantFrom(
  '',
  '   ',
  '# a comment',
  '\ufeff# another',
  '\u00a0',
  '#',
  'zzyzx',
  'zzyzx',
  'no such phrase',
)

let harness: FilteredHarness
beforeAll(async () => {
  harness = await createFilteredHarness({ settings: { shards: 1 } })
})
afterAll(() => harness.close())

/** Filters the index of the same suffix. */
async function filter(name: string) {
  const { id } = await harness.submit(`${name}-to`, `-${name}`)
  return runToEnd(harness.context, id)
}

test(`a document that contains a term of the list is removed, however the line is written: ${runs} lists (seed ${seed})`, async () => {
  let run = 0
  const places = fc.constantFrom<(text: string) => Work>(
    (title) => ({ title }),
    (tag) => ({ title: '', tags: ['x', tag] }),
    (description) => ({ title: '', description }),
  )
  const entry = fc.record({
    ...{ text, place: places, disguise, lineEnd, noise },
    from: fc.nat(),
    length: fc.integer({ min: 1, max: 3 }),
  })
  const property = fc.asyncProperty(fc.array(entry, { minLength: 15, maxLength: 40 }), async (entries) => {
    run += 1
    const suffix = `list${run}`
    const works = entries.flatMap(({ text, place }) => [place(text.text)])
    const kept = { title: 'kept' }
    await harness.sql`truncate image`
    await insertImages(harness, [...works, kept])
    await harness.reindex({ index_suffix: `${harness.suffix}-${suffix}` })
    harness.terms.text = entries
      .map(({ text: { words }, from, length, ...entry }) => {
        const start = from % words.length
        const term = words.slice(start, start + length).join(' ')
        return entry.noise + entry.lineEnd + entry.disguise(term) + entry.lineEnd
      })
      .join('')
    const task = await filter(suffix)
    expect(task).toMatchObject({ status: 'succeeded', error: null })
    // Each text contains its own term, so only the last is left.
    expect(await idsOf(harness.search, task.index)).toEqual([String(works.length + 1)])
    await harness.search.indices.delete({ index: `image-${harness.suffix}-${suffix}*` })
  })
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: true })
})

test.each([
  ['only marks', '\u0301\u0302'],
  ['an emoji alone', '👩‍👩‍👧'],
  ['regex characters alone', '.*'],
  ['quotes alone', '""'],
  ['marks of direction alone', '\u202e\u202c'],
  ['UTF-16 without its mark', 'r\0e\0d\0'],
  ['ten million characters', 'x '.repeat(5_000_000)],
])('a line of %s is refused with its number, and no document passes the filter', async (_, line) => {
  await harness.sql`truncate image`
  await insertImages(harness, [{ title: 'red' }])
  const origin = `o${crypto.randomUUID()}`
  await harness.reindex({ index_suffix: `${harness.suffix}-${origin}` })
  harness.terms.text = `blue\n\n${line}\nred`
  const task = await filter(origin)
  expect(task).toMatchObject({ status: 'failed', error: { code: 'term_invalid', line: 3 } })
  expect((await harness.search.indices.exists({ index: task.index })).body).toBe(false)
})

/** A hundred thousand take minutes on a loaded machine. */
const many = runs > 8 ? 100_000 : 20_000
test(`all of ${many} lines are searched for`, async () => {
  await harness.sql`truncate image`
  await insertImages(harness, [
    { title: `term${many - 2} here` },
    { title: `no${many - 1} no${many - 1}` },
    { title: 'kept' },
  ])
  await harness.reindex({ index_suffix: `${harness.suffix}-many` })
  const lines = Array.from({ length: many }, (_, number) =>
    number % 100 === 0 ? `no${number + 99} no${number + 99}` : `term${number}`,
  )
  harness.terms.text = lines.join('\r\n')
  const task = await filter('many')
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  expect(await idsOf(harness.search, task.index)).toEqual(['3'])
})
