import { actionFacts, type ActionName } from '@ingestion-server/core/actions'
import type { TaskPlan } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { startWords } from './start-words.ts'

const move = (alias: string): TaskPlan['moves'][number] => ({
  alias,
  from: [],
  to: { index: 'image-2', documents: 1 },
})

test.each<[ActionName, string, string[], string]>([
  ['REINDEX', 'image-2', [], 'Build image-2'],
  ['CREATE_AND_POPULATE_FILTERED_INDEX', 'image-2-filtered', [], 'Create image-2-filtered'],
  ['POINT_ALIAS', 'image-2', ['image'], 'Promote image-2'],
  ['POINT_ALIAS', 'image-2', ['image', 'image-filtered'], 'Promote both'],
  ['DELETE_INDEX', 'image-1', [], 'Delete image-1'],
])('the button that starts %s of %s, aliases %j, says %s', (action, index, aliases, text) => {
  expect(startWords({ index, moves: aliases.map(move) }, actionFacts[action].verb)).toBe(text)
})
