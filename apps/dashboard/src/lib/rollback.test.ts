import { expect, test } from 'vitest'
import { rollbackKey, rollbackName, rollbackRisks } from './rollback.ts'

const move = (alias: string, before: number, after: number | null, to = 'image-1') => ({
  alias,
  from: [{ index: 'image-2', documents: before }],
  to: { index: to, documents: after },
})
const isUnfiltered = ({ to }: { to: { index: string } }) => !to.index.endsWith('-filtered')

test('a rollback that loses documents or the filter has to be confirmed', () => {
  expect(rollbackRisks([move('image', 1_000, 995)], isUnfiltered)).toEqual([])
  expect(rollbackRisks([move('image', 1_000, 1_200)], isUnfiltered)).toEqual([])
  expect(rollbackRisks([move('image', 1_000, null)], isUnfiltered)).toEqual([])
  expect(rollbackRisks([move('image', 1_000, 500)], isUnfiltered)).toEqual([
    'Searches of image would miss documents: −50%.',
  ])
  expect(rollbackRisks([move('image-filtered', 900, 900)], isUnfiltered)).toEqual([
    'image-1 is not filtered: searches of image-filtered would find sensitive documents.',
  ])
  expect(rollbackRisks([move('image-filtered', 900, 900, 'image-1-filtered')], isUnfiltered)).toEqual([])
})

test('a pair is named by its first index, and recognized by all its moves', () => {
  const moves = [move('image', 1, 1), move('image-filtered', 1, 1, 'image-1-filtered')]
  expect(rollbackName(moves)).toBe('image-1')
  expect(rollbackKey(moves)).toBe('image image-1\nimage-filtered image-1-filtered')
})
