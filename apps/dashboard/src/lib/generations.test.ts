import { expect, test } from 'vitest'
import { copyToPromote, findRollbacks, groupGenerations, type Alias, type Index } from './generations.ts'

const index = (name: string, more: Partial<Index> = {}): Index => ({
  name: `image-${name}`,
  uuid: name,
  model: 'image',
  suffix: name,
  filtered: false,
  aliases: [],
  state: 'open',
  documents: 10,
  documentsFrom: 'index',
  bytes: 1,
  health: 'green',
  createdAt: '2026-11-24T00:00:00.000Z',
  taskId: null,
  verified: true,
  verifiedAt: '2026-11-24T00:00:00.000Z',
  asOf: null,
  filteredFrom: null,
  termsHash: null,
  reservedBy: null,
  ...more,
})
const copy = (name: string, filteredFrom: string, more: Partial<Index> = {}) =>
  index(name, { filtered: true, filteredFrom, ...more })

test('copies stand with the index that they were filtered from, whatever their names', () => {
  const indices = [index('b'), copy('b-filtered', 'a'), index('a'), copy('a-filtered', 'gone')]
  const names = groupGenerations(indices).map((one) => [one.index.suffix, ...one.copies.map((c) => c.suffix)])
  expect(names).toEqual([['b'], ['a', 'b-filtered'], ['a-filtered']])
})

test('the copy of a pair is the newest one that is finished', () => {
  const copies = [
    copy('unfinished', 'a', { verifiedAt: null }),
    copy('busy', 'a', { verifiedAt: '2026-11-27T00:00:00.000Z', reservedBy: 'task' }),
    copy('old', 'a'),
    copy('new', 'a', { verifiedAt: '2026-11-26T00:00:00.000Z' }),
  ]
  expect(copyToPromote({ index: index('a'), copies })?.suffix).toBe('new')
  expect(copyToPromote({ index: index('a'), copies: copies.slice(0, 2) })).toBe(null)
})

test('aliases that moved in one step share one rollback', () => {
  const alias = (name: string, to: string, previous: string | null, taskId: string | null): Alias => ({
    alias: name,
    indices: [to],
    previous,
    movedAt: null,
    taskId,
  })
  const back = (first: string | null, second: string | null) =>
    findRollbacks({
      model: 'image',
      freshnessTargetSeconds: null,
      aliases: [
        alias('image', 'image-b', 'image-a', first),
        alias('image-filtered', 'image-b-filtered', 'image-a-filtered', second),
        alias('custom', 'image-b', null, first),
      ],
      indices: [index('a'), index('b', { documentsFrom: 'unknown' })],
    }).map(({ moves }) => moves.map(({ alias: name }) => name))
  expect(back('t', 't')).toEqual([['image', 'image-filtered']])
  expect(back('t', 'u')).toEqual([['image'], ['image-filtered']])
  expect(back(null, null)).toEqual([['image'], ['image-filtered']])
})
