import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { IndexReplacedError, SearchRefusedError, SearchUnavailableError } from '../src/errors.ts'
import { BulkBody } from '../src/documents/index.ts'
import { connectOpenSearch, createBulkWriter, type SearchClient } from '../src/search/index.ts'
import type { BulkWriterOptions } from '../src/search/bulk-writer.ts'
import { createManualClock } from './support/manual-clock.ts'
import { startScriptedOpenSearch, type BulkResponse, type BulkLine } from './support/scripted-opensearch.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  while (cleanups.length > 0) await cleanups.pop()?.()
})

type WriterOptions = Partial<
  Pick<BulkWriterOptions, 'targetBodyLength' | 'maxInFlight' | 'isWaiting' | 'signal'>
>

async function createWriter(
  respond: (lines: BulkLine[]) => BulkResponse | Promise<BulkResponse>,
  options: WriterOptions = {},
) {
  const server = await startScriptedOpenSearch(respond)
  const client = connectOpenSearch(server.url)
  cleanups.push(server.stop, () => client.close())
  return { writer: createWriterOf(client, options), server }
}

function createWriterOf(client: SearchClient, options: WriterOptions = {}) {
  return createBulkWriter({
    client,
    alias: 'ingest-test-1',
    index: 'image-test',
    targetBodyLength: options.targetBodyLength ?? 1_000_000,
    maxInFlight: options.maxInFlight ?? 3,
    learned: {},
    isWaiting: options.isWaiting ?? false,
    clock: createManualClock({ endsAtOnce: () => true }).clock,
    signal: options.signal ?? new AbortController().signal,
  })
}

interface Operation {
  id: string
  /** JSON; absent: the document is deleted. */
  document?: string
}

function bodyOf(operations: readonly Operation[]): BulkBody {
  const body = new BulkBody(1)
  for (const { id, document } of operations) {
    if (document === undefined) body.delete(id)
    else body.index(new TextEncoder().encode(id), (json) => json.appendText(document))
  }
  return body
}

const refusal = { type: 'mapper_parsing_exception', reason: 'failed to parse' }
const overload = { type: 'rejected_execution_exception', reason: 'queue is full' }
const accept = (lines: BulkLine[]): BulkResponse => ({ items: lines.map(() => ({ status: 201 })) })

test('every operation is accounted for exactly once, for any mix of responses', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ rejections: fc.nat({ max: 3 }), refused: fc.boolean(), remove: fc.boolean() }), {
        minLength: 1,
        maxLength: 40,
      }),
      fc.integer({ min: 20, max: 400 }),
      fc.integer({ min: 1, max: 4 }),
      async (script, targetBodyLength, maxInFlight) => {
        const tries = new Map<string, number>()
        const { writer } = await createWriter(
          (lines) => ({
            items: lines.map(({ id }) => {
              const tried = tries.get(id) ?? 0
              tries.set(id, tried + 1)
              const { rejections, refused } = script[Number(id)] as (typeof script)[number]
              if (tried < rejections) return { status: 429, error: overload }
              return refused ? { status: 400, error: refusal } : { status: 201 }
            }),
          }),
          { targetBodyLength, maxInFlight },
        )
        const operations = script.map(({ remove }, id) =>
          remove ? { id: String(id) } : { id: String(id), document: `{"id":${id}}` },
        )
        const { succeeded, refused } = await writer.write(bodyOf(operations))

        const expected = script.flatMap((entry, id) => (entry.refused ? [String(id)] : []))
        expect(refused.map(({ id }) => id).sort()).toEqual(expected.sort())
        expect(succeeded + refused.length).toBe(operations.length)
        // One more attempt than rejections: no accepted document is sent twice.
        expect([...tries.values()]).toEqual(
          [...tries.keys()].map((id) => (script[Number(id)]?.rejections ?? 0) + 1),
        )
        await cleanups.pop()?.()
        await cleanups.pop()?.()
      },
    ),
    { numRuns: 40 },
  )
})

test('a document that was refused as too large is truncated before it is sent again', async () => {
  const sizes: number[] = []
  const { writer } = await createWriter(
    (lines) => {
      sizes.push(lines.length)
      return lines.length > 4 ? { status: 413 } : accept(lines)
    },
    { targetBodyLength: 1_000_000 },
  )
  const document = JSON.stringify({ title: 'x'.repeat(60_000) })
  const operations = Array.from({ length: 8 }, (_, id) => ({ id: String(id), document }))
  for (let body = 0; body < 2; body++) {
    expect(await writer.write(bodyOf(operations))).toMatchObject({ succeeded: 8, refused: [] })
  }
  expect(sizes).toEqual([8, 4, 4, 4, 4])
})

test('requests are compressed if configured, and by default only for remote hosts', async () => {
  const encodings: unknown[] = []
  const server = await startScriptedOpenSearch((lines, { headers }) => {
    encodings.push(headers['content-encoding'])
    return accept(lines)
  })
  cleanups.push(server.stop)
  const byName = new URL(server.url)
  // A local address that does not look like one.
  byName.hostname = '0.0.0.0'
  for (const client of [
    connectOpenSearch(server.url),
    connectOpenSearch(server.url, { compress: true }),
    connectOpenSearch(byName.href),
    connectOpenSearch(byName.href, { compress: false }),
  ]) {
    cleanups.push(() => client.close())
    const body = bodyOf([{ id: '1', document: '{"title":"Ö"}' }])
    expect(await createWriterOf(client).write(body)).toMatchObject({ succeeded: 1, refused: [] })
  }
  expect(encodings).toEqual([undefined, 'gzip', 'gzip', undefined])
})

test('an item error in a response with status 200 makes a refused document with reason and body', async () => {
  const { writer } = await createWriter((lines) => ({
    items: lines.map(({ id }) => (id === '2' ? { status: 400, error: refusal } : { status: 201 })),
  }))
  const outcome = await writer.write(
    bodyOf([
      { id: '1', document: '{"id":1}' },
      { id: '2', document: '{"id":"x"}' },
    ]),
  )
  expect(outcome).toEqual({
    succeeded: 1,
    refused: [
      { id: '2', status: 400, reason: 'mapper_parsing_exception: failed to parse', body: '{"id":"x"}' },
    ],
  })
})

test('a body that is too large is halved until it fits, and a single document that is too large is refused', async () => {
  const sizes: number[] = []
  const { writer } = await createWriter((lines) => {
    sizes.push(lines.length)
    return lines.length > 2 || lines.some(({ id }) => id === '5') ? { status: 413 } : accept(lines)
  })
  const operations = Array.from({ length: 8 }, (_, id) => ({ id: String(id), document: '{}' }))
  const { succeeded, refused } = await writer.write(bodyOf(operations))
  expect(succeeded).toBe(7)
  expect(refused).toMatchObject([{ id: '5', status: 413 }])
  expect(Math.max(...sizes)).toBe(8)
})

test('deleting a missing document is not an error', async () => {
  const { writer } = await createWriter((lines) => ({ items: lines.map(() => ({ status: 404 })) }))
  expect(await writer.write(bodyOf([{ id: '1' }]))).toEqual({ succeeded: 1, refused: [] })
})

test.each([
  ['a missing alias', { status: 404, error: { type: 'index_not_found_exception', reason: 'no such index' } }],
  ['a missing index', { status: 404, error: { type: 'alias_missing_exception', reason: 'require_alias' } }],
])('%s stops the writer', async (_, item) => {
  const { writer } = await createWriter((lines) => ({ items: lines.map(() => item) }))
  await expect(writer.write(bodyOf([{ id: '1', document: '{}' }]))).rejects.toThrow(IndexReplacedError)
})

test.each([401, 403])('status %i stops the writer', async (status) => {
  const { writer } = await createWriter(() => ({ status }))
  await expect(writer.write(bodyOf([{ id: '1', document: '{}' }]))).rejects.toThrow(SearchRefusedError)
})

test.each([502, 503, 504])('status %i is an outage', async (status) => {
  const { writer } = await createWriter(() => ({ status }))
  await expect(writer.write(bodyOf([{ id: '1', document: '{}' }]))).rejects.toThrow(SearchUnavailableError)
})

test('a lost connection is an outage', async () => {
  const { writer } = await createWriter(() => 'hang up')
  await expect(writer.write(bodyOf([{ id: '1', document: '{}' }]))).rejects.toThrow(SearchUnavailableError)
})

test('lasting overload is reported with its reason after some retries, or immediately to a task that waits', async () => {
  const rejected = (lines: BulkLine[]): BulkResponse => ({
    items: lines.map(() => ({ status: 429, error: overload })),
  })
  const { writer, server } = await createWriter(rejected)
  const body = () => bodyOf([{ id: '1', document: '{}' }])
  await expect(writer.write(body())).rejects.toThrow(/too many requests.*queue is full/)
  expect(server.requests()).toBeGreaterThanOrEqual(4)
  expect(server.requests()).toBeLessThan(10)

  const waiting = await createWriter(rejected, { isWaiting: true })
  await expect(waiting.writer.write(body())).rejects.toThrow(SearchUnavailableError)
  expect(waiting.server.requests()).toBe(1)
})

test('a 429 for a whole request is reported too, and a waiting task gets all retries again after an accepted document', async () => {
  let responses: BulkResponse[] = []
  const { writer } = await createWriter(() => responses.shift() ?? { status: 429 }, { isWaiting: true })
  responses = [
    { items: [{ status: 201 }, { status: 429, error: overload }] },
    { status: 429 },
    { items: [{ status: 201 }] },
  ]
  const two = bodyOf([
    { id: '1', document: '{}' },
    { id: '2', document: '{}' },
  ])
  expect(await writer.write(two)).toEqual({ succeeded: 2, refused: [] })
  await expect(writer.write(two)).rejects.toThrow(SearchUnavailableError)
})

const block = {
  type: 'cluster_block_exception',
  reason: 'index [image-test] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark];',
}
const noShard = {
  type: 'unavailable_shards_exception',
  reason: '[image-test][0] primary shard is not active',
}
test.each([
  [
    'a block at an operation, with the status of overload',
    { items: [{ status: 429, error: block }] },
    block.reason,
  ],
  ['a block at an operation', { items: [{ status: 403, error: block }] }, block.reason],
  ['a block of the whole request', { status: 403, body: { error: block, status: 403 } }, block.reason],
  ['an unavailable shard', { items: [{ status: 503, error: noShard }] }, noShard.reason],
  [
    'a failure of the whole request',
    { status: 500, body: { error: { type: 'x', reason: 'broke' } } },
    'broke',
  ],
] satisfies [string, BulkResponse, string][])(
  '%s is reported immediately, with the reason of OpenSearch',
  async (_, response, reason) => {
    const { writer, server } = await createWriter(() => response)
    const writing = writer.write(bodyOf([{ id: '1', document: '{}' }]))
    await expect(writing).rejects.toMatchObject({ code: 'search_unavailable' })
    await expect(writing).rejects.toThrow(reason)
    expect(server.requests()).toBe(1)
  },
)

test('an operation that causes a server error is retried, and its document is refused if it alone causes the error', async () => {
  const broken = { type: 'array_index_out_of_bounds_exception', reason: 'Index 5 out of bounds' }
  let failures = 2
  const { writer } = await createWriter((lines) => ({
    items: lines.map(({ id }) =>
      id === 'bad' || (id === 'unlucky' && failures-- > 0) ? { status: 500, error: broken } : { status: 201 },
    ),
  }))
  const bodies = ['good', 'bad', 'unlucky'].map((id) => ({ id, document: '{}' }))
  expect(await writer.write(bodyOf(bodies))).toMatchObject({
    succeeded: 2,
    refused: [{ id: 'bad', status: 500, reason: expect.stringContaining('Index 5') as string }],
  })
  await expect(writer.write(bodyOf([{ id: 'bad', document: '{}' }]))).rejects.toThrow(SearchUnavailableError)
})

test('a response with fewer items than operations is never taken as success', async () => {
  const { writer } = await createWriter((lines) => ({ items: lines.slice(1).map(() => ({ status: 201 })) }))
  await expect(
    writer.write(
      bodyOf([
        { id: '1', document: '{}' },
        { id: '2', document: '{}' },
      ]),
    ),
  ).rejects.toThrow(SearchRefusedError)
})

test('the concurrency limit bounds the number of requests in flight, and is reached', async () => {
  let underWay = 0
  let most = 0
  let openPair: (() => void) | null = null
  const { writer } = await createWriter(
    async (lines) => {
      most = Math.max(most, ++underWay)
      // Responses come in pairs: the first of two waits for the second.
      if (openPair) {
        openPair()
        openPair = null
      } else await new Promise<void>((resolve) => (openPair = resolve))
      underWay--
      return accept(lines)
    },
    { targetBodyLength: 1, maxInFlight: 2 },
  )
  const operations = Array.from({ length: 20 }, (_, id) => ({ id: String(id), document: '{}' }))
  const { succeeded } = await writer.write(bodyOf(operations))
  expect(succeeded).toBe(20)
  expect(most).toBe(2)
})

test('an aborted writer sends nothing more and throws the reason of the signal', async () => {
  const controller = new AbortController()
  const { writer, server } = await createWriter(accept, { signal: controller.signal })
  controller.abort(new Error('lease lost'))
  await expect(writer.write(bodyOf([{ id: '1', document: '{}' }]))).rejects.toThrow('lease lost')
  expect(server.requests()).toBe(0)
})
