import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BulkBody, RawRow } from '../../documents/index.ts'
import type { Model } from '../../models/index.ts'
import type { BulkWriter } from '../../search/index.ts'
import { systemClock } from '../../clock.ts'
import { defaultSettings } from '../../settings.ts'
import type { ItemContext } from '../../tasks/index.ts'
import { addToBody, emptyRowsBody, type Bodies } from './read-bodies.ts'
import { writeBodies, writeRows, type WrittenRows } from './write-bodies.ts'

const model = { writeDocument: (_row, to) => to.appendText('{}') } as Partial<Model> as Model

const flags = fc.record({
  mature: fc.boolean(),
  deleted: fc.boolean(),
  removedFromSource: fc.boolean(),
  isRefused: fc.boolean(),
})

const encoder = new TextEncoder()

function rawRow(id: number, { mature = false, deleted = false, removedFromSource = false } = {}): RawRow {
  return [String(id), ...[mature, deleted, removedFromSource].map((flag) => (flag ? 't' : 'f'))].map((text) =>
    encoder.encode(text),
  )
}

/** A writer that refuses the documents with the given ids, each body in its own event loop turn. */
function createFakeWriter(refusedIds: ReadonlySet<string>, turns: () => number = () => 0) {
  const written: string[] = []
  const writer: BulkWriter = {
    inFlight: 3,
    async write(body) {
      for (let turn = turns(); turn > 0; turn--) await Promise.resolve()
      const operations = Array.from({ length: body.size }, (_, position) => body.read(position))
      written.push(...operations.map(({ id }) => id))
      const refused = operations.filter(({ id, document }) => refusedIds.has(id) && document !== '')
      return {
        succeeded: operations.length - refused.length,
        refused: refused.map(({ id }) => ({ id, status: 400, reason: 'refused', body: '{}' })),
      }
    },
  }
  return { writer, written }
}

test('every row is indexed, dropped for one reason, or failed, whatever is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(flags), fc.constantFrom('skip', 'delete'), async (rows, onDrop) => {
      const refusedIds = new Set(rows.flatMap(({ isRefused }, id) => (isRefused ? [String(id)] : [])))
      const { writer, written } = createFakeWriter(refusedIds)
      const body = emptyRowsBody()
      for (const [id, row] of rows.entries()) addToBody(body, model, rawRow(id, row), onDrop)
      const page = await writeRows(body, writer)

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

/** Bodies of one row each, with ids from 1 on. */
function bodiesOf(count: number): Bodies & { recycled: BulkBody[] } {
  const recycled: BulkBody[] = []
  return {
    recycled,
    convertingMs: () => 0,
    recycle: (body) => void recycled.push(body),
    async *[Symbol.asyncIterator]() {
      for (let id = 1; id <= count; id++) {
        const rows = emptyRowsBody()
        addToBody(rows, model, rawRow(id), 'skip')
        yield { ...rows, readUpTo: BigInt(id) }
      }
    },
  }
}

function contextOf(isPausing: () => boolean = () => false): ItemContext {
  return {
    settings: defaultSettings,
    isPausing,
    limits: () => ({ documentsPerSecond: null, inFlight: null }),
    clock: systemClock,
    signal: new AbortController().signal,
  } as Partial<ItemContext> as ItemContext
}

test('bodies are committed in their order, however late each of them is written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 30 }), async (delays) => {
      const { writer } = createFakeWriter(new Set(), () => delays.shift() ?? 0)
      const bodies = bodiesOf(delays.length)
      const expected = delays.map((_, index) => BigInt(index + 1))
      const committed: bigint[] = []
      const commit = async ({ readUpTo }: WrittenRows) => void committed.push(readUpTo)
      expect(await writeBodies(contextOf(), bodies, writer, commit)).toBe(true)
      expect(committed).toEqual(expected)
      expect(bodies.recycled).toHaveLength(expected.length)
    }),
  )
})

test('a body that fails is not committed, nor is any after it, and nothing is under way when the error comes', async () => {
  let underWay = 0
  const bodies = bodiesOf(10)
  const writer: BulkWriter = {
    inFlight: 3,
    async write(body) {
      const { id } = body.read(0)
      underWay++
      await Promise.resolve()
      underWay--
      if (id === '3') throw new Error('OpenSearch is away')
      return { succeeded: 1, refused: [] }
    },
  }
  const committed: bigint[] = []
  const commit = async ({ readUpTo }: WrittenRows) => void committed.push(readUpTo)
  await expect(writeBodies(contextOf(), bodies, writer, commit)).rejects.toThrow('away')
  expect(committed).toEqual([1n, 2n])
  expect(underWay).toBe(0)
})

test('an item that should be given back commits what it has read and says that it is not done', async () => {
  const { writer } = createFakeWriter(new Set())
  const committed: bigint[] = []
  const commit = async ({ readUpTo }: WrittenRows) => void committed.push(readUpTo)
  let asked = 0
  const isPausing = () => ++asked >= 5
  expect(await writeBodies(contextOf(isPausing), bodiesOf(10), writer, commit)).toBe(false)
  expect(committed).toEqual([1n, 2n, 3n, 4n, 5n])
})

test('while there is no response, no more bodies are in memory than may be under way and one that is ready', async () => {
  const responses = Promise.withResolvers<void>()
  const writer: BulkWriter = {
    inFlight: 3,
    async write(body) {
      await responses.promise
      return { succeeded: body.size, refused: [] }
    },
  }
  const all = bodiesOf(50)
  let taken = 0
  const bodies: Bodies = {
    ...all,
    async *[Symbol.asyncIterator]() {
      for await (const body of all) {
        taken++
        yield body
      }
    },
  }
  const writing = writeBodies(contextOf(), bodies, writer, async () => undefined)
  // Far more turns than it takes to read all of them.
  for (let turn = 0; turn < 1_000; turn++) await Promise.resolve()
  expect(taken).toBe(4)
  responses.resolve()
  expect(await writing).toBe(true)
  expect(taken).toBe(50)
})
