import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPartsMemory, knownPartsHeader } from '../live/parts.ts'
import { liveJson } from './live-json.ts'

const row = (id: number, progress: number) => ({
  id,
  progress,
  title: `Reindex image-${id}`.padEnd(120, '.'),
})
const rows = (progress: number) => ({
  unavailableReason: null,
  value: { tasks: [1, 2, 3].map((id) => row(id, id === 2 ? progress : 0)) },
})

const ask = (value: unknown, headers: Record<string, string> = {}) =>
  liveJson(new Request('http://localhost/live/tasks', { headers }), value)

test('a response that has not changed has no body', async () => {
  const tag = ask(rows(1)).headers.get('etag') ?? ''
  for (const sent of [tag, `W/${tag}`]) {
    const response = ask(rows(1), { 'if-none-match': sent })
    expect([response.status, await response.text()]).toEqual([304, ''])
  }
  expect(ask(rows(2), { 'if-none-match': tag }).status).toBe(200)
})

test('only the row that changed is sent again', async () => {
  const memory = createPartsMemory()
  expect(memory.restore(await ask(rows(1)).json())).toEqual(rows(1))
  const response = ask(rows(2), { [knownPartsHeader]: memory.known().join(' ') })
  const text = await response.text()
  expect(text.match(/Reindex/g)).toHaveLength(1)
  expect(memory.restore(JSON.parse(text))).toEqual(rows(2))
})

test('any data arrive as they are, whatever was sent before', async () => {
  // Also what looks like a part.
  const key = fc.oneof(fc.constantFrom('#', 'v', 'raw'), fc.string())
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(null, true, 0, '', 'x'.repeat(100)),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(key, tie('json'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ json, again: fc.boolean() }), { maxLength: 6 }), async (steps) => {
      const memory = createPartsMemory()
      for (const { json: value, again } of steps) {
        const wide = {
          odd: { '#': 'hash', v: value },

          list: [
            { value, filling: 'x'.repeat(100) },
            ...(again ? [{ value, filling: 'y'.repeat(100) }] : []),
          ],
        }
        const response = ask(wide, { [knownPartsHeader]: memory.known().join(' ') })
        expect(memory.restore(await response.json())).toEqual(wide)
      }
    }),
  )
})
