import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Model, Row } from '../../models/index.ts'
import type { Page } from '../../rows/index.ts'
import type { BulkOperation, BulkWriter } from '../../search/index.ts'
import { systemClock } from '../../clock.ts'
import { defaultSettings } from '../../settings.ts'
import type { ItemContext } from '../../tasks/index.ts'
import { writePages, writeRows, type WrittenPage } from './write-pages.ts'

const model = { toDocument: ({ id, mature }: Row) => ({ id, mature }) } as Partial<Model> as Model

const row = fc.record({
  mature: fc.boolean(),
  deleted: fc.boolean(),
  removedFromSource: fc.boolean(),
  isRefused: fc.boolean(),
})

/** A writer that refuses the ids it is told to, each batch after a turn of its own. */
function createFakeWriter(refusedIds: ReadonlySet<string>, turns: () => number = () => 0) {
  const written: BulkOperation[] = []
  const writer: BulkWriter = {
    async write(operations) {
      for (let turn = turns(); turn > 0; turn--) await Promise.resolve()
      written.push(...operations)
      const refused = operations.filter(({ id, lines }) => refusedIds.has(id) && lines.startsWith('{"index"'))
      return {
        succeeded: operations.length - refused.length,
        refused: refused.map(({ id }) => ({ id, status: 400, reason: 'refused', body: '{}' })),
      }
    },
  }
  return { writer, written }
}

test('every row of a page is indexed, dropped for one reason, or failed, whatever is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row), fc.constantFrom('skip', 'delete'), async (flags, onDrop) => {
      const rows = flags.map((flag, id) => ({ ...flag, id }))
      const refusedIds = new Set(rows.flatMap(({ id, isRefused }) => (isRefused ? [String(id)] : [])))
      const { writer, written } = createFakeWriter(refusedIds)
      const page = await writeRows(model, { rows, readUpTo: rows.length }, writer, onDrop)

      const { deleted, removed_from_source } = page.dropped
      expect(page.read).toBe(rows.length)
      expect(page.read).toBe(page.indexed + deleted + removed_from_source + page.refused.length)
      expect(deleted).toBe(rows.filter((row) => row.deleted).length)
      const kept = rows.filter((row) => !row.deleted && !row.removedFromSource)
      expect(page.indexed).toBe(kept.filter(({ isRefused }) => !isRefused).length)
      expect(written.length).toBe(onDrop === 'skip' ? kept.length : rows.length)
    }),
  )
})

async function* pagesOf(count: number): AsyncGenerator<Page> {
  for (let id = 1; id <= count; id++) {
    yield { rows: [{ id, mature: false, deleted: false, removedFromSource: false }], readUpTo: id }
  }
}

function contextOf(isPausing: () => boolean = () => false): ItemContext {
  return {
    model,
    settings: { ...defaultSettings, maxInFlight: 3 },
    isPausing,
    limits: () => ({ documentsPerSecond: null, inFlight: null }),
    clock: systemClock,
    signal: new AbortController().signal,
  } as Partial<ItemContext> as ItemContext
}

test('pages are committed in their order, however late each of them is written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 30 }), async (delays) => {
      const { writer } = createFakeWriter(new Set(), () => delays.shift() ?? 0)
      const count = delays.length
      const committed: number[] = []
      const commit = async ({ readUpTo }: WrittenPage) => void committed.push(readUpTo)
      expect(await writePages(contextOf(), pagesOf(count), writer, 'skip', commit)).toBe(true)
      expect(committed).toEqual(Array.from({ length: count }, (_, index) => index + 1))
    }),
  )
})

test('a page that fails is not committed, nor is any after it, and nothing is under way when the error comes', async () => {
  let underWay = 0
  const writer: BulkWriter = {
    async write([operation]) {
      underWay++
      await Promise.resolve()
      underWay--
      if (operation?.id === '3') throw new Error('OpenSearch is away')
      return { succeeded: 1, refused: [] }
    },
  }
  const committed: number[] = []
  const commit = async ({ readUpTo }: WrittenPage) => void committed.push(readUpTo)
  await expect(writePages(contextOf(), pagesOf(10), writer, 'skip', commit)).rejects.toThrow('away')
  expect(committed).toEqual([1, 2])
  expect(underWay).toBe(0)
})

test('an item that should be given back commits what it has read and says that it is not done', async () => {
  const { writer } = createFakeWriter(new Set())
  const committed: number[] = []
  const commit = async ({ readUpTo }: WrittenPage) => void committed.push(readUpTo)
  let asked = 0
  const isPausing = () => ++asked >= 5
  expect(await writePages(contextOf(isPausing), pagesOf(10), writer, 'skip', commit)).toBe(false)
  expect(committed).toEqual([1, 2, 3, 4, 5])
})
