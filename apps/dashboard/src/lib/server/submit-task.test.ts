import type { IndexList } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import type { TaskFields } from '../new-task/task-fields.ts'
import type { ActionSlug } from '../route.ts'
import { checkFields } from './submit-task.ts'

const indices: IndexList = {
  models: [{ model: 'image', freshnessTargetSeconds: null, aliases: [], indices: [] }],
}
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

test('an unfiltered index is never silently replaced by the filtered one of its suffix', () => {
  const index = {
    name: 'image-a',
    uuid: 'u',
    model: 'image',
    suffix: 'a',
    filtered: false,
    aliases: [],
    state: 'open',
    documents: 1,
    documentsFrom: 'index',
    bytes: 1,
    health: 'green',
    createdAt: '2026-11-24T00:00:00.000Z',
    taskId: null,
    verified: true,
    verifiedAt: null,
    asOf: null,
    filteredFrom: null,
    termsHash: null,
    reservedBy: null,
  } as const
  const list: IndexList = {
    models: [
      { model: 'image', freshnessTargetSeconds: null, aliases: [], indices: [{ ...index, aliases: [] }] },
    ],
  }
  const fields = { index: 'image/a', alias: 'filtered' }
  expect(checkFields('promote', fields, list)).toMatchObject({
    request: null,
    errors: { index: [expect.stringContaining('image-a has all documents')] },
  })
  const allowed = { ...fields, allow_unfiltered: 'true' }
  expect(checkFields('promote', allowed, list)).toMatchObject({ errors: null })
  expect(checkFields('promote', { ...fields, alias: 'both' }, list)).toMatchObject({ errors: null })
})
