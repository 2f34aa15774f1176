import type { ActionName, Task } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { adviseNext } from './next-steps.ts'

const task = (given: Partial<Task>): Task =>
  ({
    ...{ model: 'image', action: 'REINDEX', status: 'succeeded', active: false, index: 'image-20231107' },
    ...{ request: { indexSuffix: '20231107' }, counts: { failed: 0 }, error: null, result: null },
    ...given,
    // Only what the advice reads.
  }) as Task
const promotion = (request: object = {}) =>
  task({
    action: 'POINT_ALIAS',
    request: { alias: 'image', indexSuffix: '20231107', ...request },
    result: { alias: 'image', from: [{ name: 'image-20231106', uuid: 'x' }], to: { name: 'image-20231107' } },
  })
const failed = (code: string, given: Partial<Task> = {}) =>
  task({ status: 'failed', error: { code, title: '', detail: '' }, ...given })

test('after a build it is filtered or promoted; after a promotion rolled back, or the old index deleted', () => {
  expect(adviseNext(task({}))?.steps.map(({ href }) => href)).toEqual([
    '/tasks/new/filter?index=image%2F20231107',
    '/tasks/new/promote?index=image%2F20231107',
  ])
  expect(adviseNext(promotion())).toMatchObject({
    rollBack: 'image',
    steps: [{ text: 'Delete image-20231106', href: '/tasks/new/delete?index=image%2F20231106' }],
  })
  expect(adviseNext(task({ active: true, status: 'running' }))).toBe(null)
})

test.each([
  ['documents_failed', true, 'max_failed=3'],
  ['search_unavailable', true, ''],
  ['verification_failed', true, '/tasks/new/reindex'],
  ['an_error_of_a_newer_version', true, '/tasks/new/reindex'],
  ['index_exists', false, '/indices'],
])('after %s is offered what helps', (code, retry, link) => {
  const advice = adviseNext(failed(code, { counts: { failed: 3 } as Task['counts'] }))
  expect(advice?.retry).toBe(retry)
  expect(advice?.steps.map(({ href }) => href).join()).toContain(link)
})

test('a task of an action that this version does not know has no next step but a retry', () => {
  const action = 'RECONCILE' as ActionName // of a newer server
  expect(adviseNext(task({ action }))).toMatchObject({ hint: '', steps: [], retry: false })
  expect(adviseNext(failed('verification_failed', { action }))).toMatchObject({ steps: [], retry: true })
})

test('a refused promotion can be repeated with the exception that it needs', () => {
  const refused = failed('index_shrank', { action: 'POINT_ALIAS', request: promotion().request })
  expect(adviseNext(refused)?.steps[0]?.href).toBe(
    '/tasks/new/promote?index=image%2F20231107&alias=default&allow_shrink=true',
  )
})
