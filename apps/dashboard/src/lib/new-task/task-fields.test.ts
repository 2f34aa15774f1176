import { actionFacts, type FieldFacts, type FieldKind } from '@ingestion-server/core/actions'
import { createTaskRequestParser } from '@ingestion-server/core/contract'
import type { ActionName } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { fieldOf, readFields, runAgainUrl, toBody, type TaskFields } from './task-fields.ts'
import type { ActionSlug } from '../route.ts'

const parse = createTaskRequestParser(['image', 'audio'])

const examples: [ActionSlug, TaskFields, Record<string, unknown>][] = [
  ['reindex', { model: 'image' }, { model: 'image', action: 'REINDEX' }],
  [
    'reindex',
    { model: 'audio', index_suffix: 'x', max_failed: '10' },
    { model: 'audio', action: 'REINDEX', index_suffix: 'x', max_failed: 10 },
  ],
  [
    'reindex',
    { model: 'audio', verify: 'documents', verify_sample: '0.01' },
    { model: 'audio', action: 'REINDEX', verify: 'documents', verify_sample: 0.01 },
  ],
  [
    'filter',
    { index: 'image/20231106' },
    { model: 'image', action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: '20231106' },
  ],
  [
    'filter',
    { index: 'image/20231106', destination_index_suffix: 'strict' },
    {
      model: 'image',
      action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
      destination_index_suffix: 'strict',
      origin_index_suffix: '20231106',
    },
  ],
  [
    'promote',
    { index: 'image/20231106', alias: 'filtered', allow_shrink: 'true' },
    {
      model: 'image',
      action: 'POINT_ALIAS',
      index_suffix: '20231106',
      alias: 'image-filtered',
      allow_shrink: true,
    },
  ],
  [
    'promote',
    { index: 'image/20231106', alias: 'both', filtered_index_suffix: 'strict-filtered' },
    {
      model: 'image',
      action: 'POINT_ALIAS',
      index_suffix: '20231106',
      alias: 'image',
      with_filtered: true,
      filtered_index_suffix: 'strict-filtered',
    },
  ],
  [
    'promote',
    { index: 'image/20231106', alias: 'default', filtered_index_suffix: 'left over' },
    { model: 'image', action: 'POINT_ALIAS', index_suffix: '20231106', alias: 'image' },
  ],
  [
    'delete',
    { index: 'audio/20231106-filtered' },
    { model: 'audio', action: 'DELETE_INDEX', index_suffix: '20231106-filtered' },
  ],
]

test.each(examples)('%s with %j is a body that the contract takes', (slug, fields, body) => {
  expect(toBody(slug, fields)).toEqual(body)
  expect(parse(body)).toMatchObject({ ok: true })
})

test.each(Object.values(actionFacts))('every field of $name is read from its form', ({ command, fields }) => {
  const form = new FormData()
  // Chosen and new names differ, so that both are sent.
  for (const [name, value] of Object.entries({ index: 'image/20231106', model: 'image' }))
    form.set(name, value)
  for (const [name, { kind }] of Object.entries<FieldFacts>(fields)) form.set(name, exampleOf(kind))
  expect(Object.keys(toBody(command, readFields(form))).sort()).toEqual(
    ['action', 'model', ...Object.keys(fields)].sort(),
  )
})

function exampleOf(kind: FieldKind): string {
  if (typeof kind !== 'string') return kind[0] ?? ''
  return { alias: 'both', count: '3', share: '0.5', flag: 'true' }[kind as string] ?? 'new'
}

test('what is wrong with the body is shown at a field that the form has', () => {
  const wrong = (slug: ActionSlug, fields: TaskFields) => {
    const parsed = parse(toBody(slug, fields))
    return parsed.ok ? [] : parsed.errors.map(({ pointer }) => fieldOf(slug, pointer.slice(1))).sort()
  }
  expect(wrong('reindex', { index_suffix: 'A*', max_failed: 'many' })).toEqual([
    'index_suffix',
    'max_failed',
    'model',
  ])
  expect(wrong('reindex', { model: 'image', verify: 'all', verify_sample: '2' })).toEqual([
    'verify',
    'verify_sample',
  ])
  expect(wrong('delete', {})).toEqual(['index', 'index'])
  expect(wrong('filter', { index: 'image' })).toContain('index')
})

test('fields are read the same from a form and from a URL, and others are ignored', () => {
  const values = { index: ' image/x ', alias: '', confirm: 'image-x', token: 'secret' }
  const form = new FormData()
  for (const [name, value] of Object.entries(values)) form.set(name, value)
  expect(readFields(form)).toEqual({ index: 'image/x' })
  expect(readFields(new URLSearchParams(values))).toEqual({ index: 'image/x' })
})

test('a task can be run again with the same request', () => {
  const link = runAgainUrl({
    action: 'POINT_ALIAS',
    model: 'image',
    request: {
      model: 'image',
      action: 'POINT_ALIAS',
      indexSuffix: '20231106',
      alias: 'image-filtered',
      allowShrink: true,
    },
  })
  expect(link).toBe('/tasks/new/promote?index=image%2F20231106&alias=filtered&allow_shrink=true')
})

test('a pair is promoted again as a pair, with the same copy', () => {
  const request = {
    model: 'image',
    action: 'POINT_ALIAS',
    indexSuffix: '20231106',
    alias: 'image',
    withFiltered: true,
    filteredIndexSuffix: 'strict-filtered',
  }
  expect(runAgainUrl({ action: 'POINT_ALIAS', model: 'image', request })).toBe(
    '/tasks/new/promote?index=image%2F20231106&alias=both&filtered_index_suffix=strict-filtered',
  )
})

test('an index is not built once more under the name that it has', () => {
  const task = {
    action: 'REINDEX' as const,
    model: 'image',
    request: { indexSuffix: '20231106', maxFailed: 0, verify: 'documents', verifySample: 0.5 },
  }
  expect(runAgainUrl(task)).toBe(
    '/tasks/new/reindex?model=image&max_failed=0&verify=documents&verify_sample=0.5',
  )
})

test('a task of an action that this version does not know can’t be run again', () => {
  const action = 'RECONCILE' as ActionName // of a newer server
  expect(runAgainUrl({ action, model: 'image', request: {} })).toBe(null)
})
