import type { ActionName } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { isRollback } from '../actions/point-alias/promotion-task.ts'
import { taskTitle } from './task-title.ts'

const all = { allowUnfiltered: true, allowUnverified: true, allowShrink: true, allowChanged: true }

test.each<[ActionName, string | null, Record<string, unknown>, string]>([
  ['REINDEX', null, { indexSuffix: '7' }, 'Reindex image-7'],
  ['REINDEX', 'image-0199', {}, 'Reindex image-0199'],
  ['REINDEX', null, {}, 'Reindex image'],
  ['DELETE_INDEX', null, { indexSuffix: '7' }, 'Delete image-7'],
  [
    'CREATE_AND_POPULATE_FILTERED_INDEX',
    null,
    { originIndexSuffix: '6', destinationIndexSuffix: '7' },
    'Filter image-6 → image-7-filtered',
  ],
  [
    'CREATE_AND_POPULATE_FILTERED_INDEX',
    null,
    { destinationIndexSuffix: '7' },
    'Filter image-7 → image-7-filtered',
  ],
  ['POINT_ALIAS', 'image-7', { alias: 'image' }, 'Promote image → image-7'],
  [
    'POINT_ALIAS',
    null,
    { alias: 'image-filtered', indexSuffix: '7-filtered' },
    'Promote image-filtered → image-7-filtered',
  ],
  [
    'POINT_ALIAS',
    'image-7',
    { alias: 'image', withFiltered: true },
    'Promote image and image-filtered → image-7',
  ],
  ['POINT_ALIAS', 'image-6', { alias: 'image', ...all }, 'Roll back image → image-6'],
  ['POINT_ALIAS', 'image-6', { alias: 'image', ...all, allowShrink: false }, 'Promote image → image-6'],
])('names a task of %s with the index %s and %j: %s', (action, index, request, title) => {
  expect(taskTitle({ action, index, request, model: 'image', result: null })).toBe(title)
})

test('a promotion is a rollback if its result says so; before it ends, if it has every exception', () => {
  const promotion = { action: 'POINT_ALIAS' as const, request: all }
  expect(isRollback({ ...promotion, result: null })).toBe(true)
  expect(isRollback({ ...promotion, result: { liveBefore: false } })).toBe(false)
  expect(isRollback({ ...promotion, request: {}, result: { liveBefore: true } })).toBe(true)
  // The result of an earlier release.
  expect(isRollback({ ...promotion, result: { to: { name: 'image-6' } } })).toBe(true)
  expect(isRollback({ action: 'DELETE_INDEX', request: all, result: null })).toBe(false)
})

test('names a task of an action that this version does not know', () => {
  const action = 'RECONCILE' as ActionName // of a newer server
  expect(taskTitle({ action, index: null, model: 'image', request: {}, result: null })).toBe(
    'RECONCILE image',
  )
})
