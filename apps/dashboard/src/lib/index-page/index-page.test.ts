import { expect, test } from 'vitest'
import { placeSpans, toSpans, type AliasMove } from './alias-spans.ts'
import { listFields } from './list-fields.ts'
import { nearestNames } from './nearest-names.ts'

const move = (movedAt: string, to: string): AliasMove => ({
  alias: 'image',
  movedAt,
  from: null,
  alsoFrom: [],
  to,
  taskId: 't',
  requestedBy: null,
})

test('an alias points to an index from its move to the next one, and to the last one until now', () => {
  const spans = toSpans([move('2026-11-24T09:00:00Z', 'b'), move('2026-11-24T02:00:00Z', 'a')])
  expect(spans.map(({ index, from, until }) => [index, from, until])).toEqual([
    ['b', '2026-11-24T09:00:00Z', null],
    ['a', '2026-11-24T02:00:00Z', '2026-11-24T09:00:00Z'],
  ])
  const placed = placeSpans(spans, Date.parse('2026-11-24T12:00:00Z'))
  expect(placed.map(({ start, width }) => [start, width])).toEqual([
    [70, 30],
    [0, 70],
  ])
})

test('a move in the future, by a clock ahead of this one, has no negative width', () => {
  const placed = placeSpans(toSpans([move('2026-11-24T13:00:00Z', 'b')]), Date.parse('2026-11-24T12:00:00Z'))
  expect(placed.map(({ start, width }) => [start, width])).toEqual([[0, 0]])
})

test('a mapping is listed with objects, sub-fields and parameters', () => {
  const mappings = {
    dynamic: 'strict',
    properties: {
      title: { type: 'text', analyzer: 'english', fields: { raw: { type: 'keyword', ignore_above: 9 } } },
      tags: { properties: { accuracy: { type: 'float' } } },
    },
  }
  expect(listFields(mappings)).toEqual([
    { path: 'title', type: 'text', parameters: 'analyzer=english' },
    { path: 'title.raw', type: 'keyword', parameters: 'ignore_above=9' },
    { path: 'tags', type: 'object', parameters: '' },
    { path: 'tags.accuracy', type: 'float', parameters: '' },
  ])
})

test('of the indices those are proposed that start like the unknown name', () => {
  const names = ['image-20231107', 'image-20231106', 'audio-20231106']
  expect(nearestNames('Image-20231106x', names)).toEqual(['image-20231106', 'image-20231107'])
  expect(nearestNames('video-1', names)).toEqual([])
})
