import type { IndexList } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import type { TaskFields } from '../new-task/task-fields.ts'
import type { ActionSlug } from '../route.ts'
import { checkFields } from './submit-task.ts'

const indices: IndexList = { models: [{ model: 'image', aliases: [], indices: [] }] }
const missing = ['must be chosen']

test.each<[ActionSlug, TaskFields, Record<string, string[]>]>([
  ['reindex', {}, { model: missing }],
  ['filter', {}, { index: missing, destination_index_suffix: missing }],
  ['promote', {}, { index: missing, alias: missing }],
  ['delete', {}, { index: missing }],
])('%s without values has an error at each required field, and at no other', (slug, fields, errors) => {
  expect(checkFields(slug, fields, indices)).toEqual({ request: null, errors })
})

test('a wrong value has an error of its own', () => {
  const { errors } = checkFields('reindex', { model: 'image', index_suffix: 'A*' }, indices)
  expect(Object.keys(errors ?? {})).toEqual(['index_suffix'])
  expect(errors?.['index_suffix']).not.toEqual(missing)
})

test('values that the contract takes are a request', () => {
  expect(checkFields('delete', { index: 'image/a' }, indices)).toEqual({
    request: { model: 'image', action: 'DELETE_INDEX', index_suffix: 'a' },
    errors: null,
  })
})
