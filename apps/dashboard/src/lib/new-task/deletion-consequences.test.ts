import { expect, test } from 'vitest'
import type { Index, ModelIndices } from '../generations.ts'
import { deletionConsequences } from './deletion-consequences.ts'

const index = (suffix: string, values: Partial<Index> = {}) =>
  ({
    name: `image-${suffix}`,
    uuid: suffix,
    filtered: false,
    verified: true,
    documents: 1_234,
    documentsFrom: 'index',
    bytes: 5_600_000,
    filteredFrom: null,
    ...values,
  }) as Index // the rest is not looked at
const model = (indices: Index[]): ModelIndices => ({
  model: 'image',
  freshnessTargetSeconds: null,
  aliases: [],
  indices,
})

test('a deletion says what is lost and what stays', () => {
  const copy = index('1-filtered', { filtered: true, filteredFrom: '1' })
  expect(deletionConsequences([model([index('2'), copy, index('1')])], 'image-1')).toEqual([
    '1,234 documents (5.6 MB) are removed. This can’t be undone: only a new build brings them back.',
    'image-1-filtered, which was filtered from it, stays.',
  ])
})

test('the last verified index of its kind is named as such', () => {
  const unfinished = index('2', { verified: false })
  expect(deletionConsequences([model([unfinished, index('1')])], 'image-1')[1]).toBe(
    'It is the last verified index of image.',
  )
  const filtered = index('1-filtered', { filtered: true, documentsFrom: 'unknown', documents: 0 })
  expect(deletionConsequences([model([index('1'), filtered])], 'image-1-filtered')).toEqual([
    'All documents (5.6 MB) are removed. This can’t be undone: only a new build brings them back.',
    'It is the last verified index of image that is filtered.',
  ])
  expect(deletionConsequences([model([])], 'image-1')).toEqual([])
})
