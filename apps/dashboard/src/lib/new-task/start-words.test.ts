import type { TaskPlan } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { startWords } from './start-words.ts'

const move = (alias: string): TaskPlan['moves'][number] => ({
  alias,
  from: [],
  to: { index: 'image-2', documents: 1 },
})

test('the button that starts a plan names the action and the index', () => {
  expect(startWords({ action: 'REINDEX', index: 'image-2', moves: [] })).toBe('Build image-2')
  expect(
    startWords({ action: 'CREATE_AND_POPULATE_FILTERED_INDEX', index: 'image-2-filtered', moves: [] }),
  ).toBe('Make image-2-filtered')
  expect(startWords({ action: 'POINT_ALIAS', index: 'image-2', moves: [move('image')] })).toBe(
    'Promote image-2',
  )
  expect(
    startWords({ action: 'POINT_ALIAS', index: 'image-2', moves: [move('image'), move('image-filtered')] }),
  ).toBe('Promote both')
  expect(startWords({ action: 'DELETE_INDEX', index: 'image-1', moves: [] })).toBe('Delete image-1')
})
