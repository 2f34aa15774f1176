import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPromoteHarness, type PromoteHarness } from './promote-harness.ts'

let harness: PromoteHarness
beforeAll(async () => {
  harness = await createPromoteHarness()
  await harness.build('a', 30)
  await harness.build('b', 30)
  await harness.point('a')
})
afterAll(() => harness.close())

/** A hundred tasks: some 40 s alone, several minutes on a machine that others keep busy. */
const timeout = 900_000

test(
  'no search fails, is empty, or sees two generations while the alias moves a hundred times',
  { timeout },
  async () => {
    const { search, model } = harness
    let moving = true
    const seen = new Set<string>()
    let searches = 0
    const searching = (async () => {
      while (moving) {
        const { body } = await search.search({ index: model, size: 100, body: { query: { match_all: {} } } })
        const titles = body.hits.hits.map(({ _source }) => String((_source as { title: string }).title))
        expect(titles.length).toBe(30)
        const generations = new Set(titles.map((title) => title.split(' ')[1]))
        expect(generations.size).toBe(1)
        for (const generation of generations) seen.add(String(generation))
        searches++
      }
    })()
    for (let round = 0; round < 100; round++) {
      const task = await harness.point(round % 2 === 0 ? 'b' : 'a')
      expect(task).toMatchObject({ status: 'succeeded', error: null })
    }
    moving = false
    await searching
    expect(searches).toBeGreaterThan(100)
    expect([...seen].sort()).toEqual(['a', 'b'])
  },
)
