import { expect, test } from 'vitest'
import { groupReasons, reasonLength } from './failed-reasons.ts'

const failed = (id: number, reason: string, given = {}) => ({
  id: `${id}`,
  status: 400,
  reason,
  isResolved: false,
  ...given,
})
const parse = (field: string, id: number, value: string) =>
  `failed to parse field [${field}] of type [float] in document with id '${id}'. Preview of field's value: '${value}'`

test('failed documents with the same reason are one group, whatever the value, most frequent first', () => {
  const documents = [
    failed(1, parse('height', 1, 'tall')),
    failed(2, parse('tags.accuracy', 2, 'high')),
    failed(3, parse('tags.accuracy', 3, `it's "low"`), { isResolved: true }),
    failed(4, parse('tags.accuracy', 4, 'x'.repeat(10_000))),
    failed(5, parse('tags.accuracy', 5, 'high'), { status: 413 }),
  ]
  expect(groupReasons(documents)).toEqual([
    { status: 400, documents: 3, unresolved: 2, ids: ['2', '3', '4'] },
    { status: 400, documents: 1, unresolved: 1, ids: ['1'] },
    { status: 413, documents: 1, unresolved: 1, ids: ['5'] },
  ])
})

test('reasons that differ in numbers, or beyond what is read, are the same', () => {
  const documents = [1, 22, 333].map((id) =>
    failed(id, `limit of [${id}] reached ${'y'.repeat(reasonLength)}${id}`),
  )
  expect(groupReasons(documents)).toHaveLength(1)
})
