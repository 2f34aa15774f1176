import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEventStream, type StreamMessage } from './read-event-stream.ts'

async function read(chunks: readonly Uint8Array[]): Promise<StreamMessage[]> {
  async function* arrive() {
    yield* chunks
  }
  const messages: StreamMessage[] = []
  for await (const message of readEventStream(arrive())) messages.push(message)
  return messages
}

const bytesOf = (text: string) => new TextEncoder().encode(text)
const readText = (text: string) => read([bytesOf(text)])

/** The bytes, split before each of these positions. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places].sort((a, b) => a - b)
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

const stream =
  '\uFEFFretry: 2000\r\n\r\n: heartbeat\n\nevent: progress\r\ndata: {"progress":40}\r\n\r\n' +
  'id: 7\nevent: phase\ndata: {"reason":"Zoë – 日本 👩‍🚀"}\n\nid: 8\revent: failed\rdata: one\rdata:two\rdata\r\r' +
  'data: without a name\n\nevent: nothing\n\ndata: cut off'

const messages = [
  { event: 'progress', data: '{"progress":40}', id: '' },
  { event: 'phase', data: '{"reason":"Zoë – 日本 👩‍🚀"}', id: '7' },
  { event: 'failed', data: 'one\ntwo\n', id: '8' },
  { event: 'message', data: 'without a name', id: '8' },
]

test('a stream is read by the standard, with all three line endings', async () => {
  expect(await readText(stream)).toEqual(messages)
})

test('a stream that is cut in two at any byte is read the same', async () => {
  const bytes = bytesOf(stream)
  for (let place = 0; place <= bytes.length; place++) {
    expect(await read(cut(bytes, [place])), `cut at byte ${place}`).toEqual(messages)
  }
})

test('a stream that arrives byte by byte is read the same', async () => {
  expect(await read([...bytesOf(stream)].map((byte) => Uint8Array.of(byte)))).toEqual(messages)
})

test('any stream, cut anywhere, is read as in one piece', async () => {
  const piece = fc.constantFrom(
    '\r',
    '\n',
    '\r\n',
    'data',
    'event',
    'id',
    ':',
    ': ',
    'x',
    '\uFEFF',
    '\0',
    '日',
    '👩',
  )
  const streams = fc.array(piece, { maxLength: 40 }).map((pieces) => bytesOf(pieces.join('')))
  await fc.assert(
    fc.asyncProperty(streams, fc.array(fc.nat(80), { maxLength: 8 }), async (bytes, places) => {
      const inside = places.map((place) => place % (bytes.length + 1))
      expect(await read(cut(bytes, inside))).toEqual(await read([bytes]))
    }),
    { numRuns: 1_000 },
  )
})

test('a message is delivered at its empty line, also if that ends in CR', async () => {
  async function* arrive() {
    yield bytesOf('data: a\r\r')
    throw new Error('asked for more')
  }
  expect((await readEventStream(arrive()).next()).value).toMatchObject({ data: 'a' })
})

test('one space after the colon belongs to the format, all others to the value', async () => {
  expect(await readText('data:a\ndata: b\ndata:  c\n\n')).toMatchObject([{ data: 'a\nb\n c' }])
})

test('an id with NUL and unknown fields are ignored', async () => {
  expect(await readText('id: 1\nid: 2\0\nother: x\ndata: a\n\n')).toEqual([
    { event: 'message', data: 'a', id: '1' },
  ])
})
