import { expect, test } from 'vitest'
import { localPath, route, pageQuery } from './route.ts'

test('a view of the history is a URL, and what is not chosen is left out of it', () => {
  expect(route.tasks()).toBe('/tasks')
  expect(route.tasks({ model: 'image', status: 'failed', requestedBy: 'a b&c' })).toBe(
    '/tasks?model=image&status=failed&requested_by=a+b%26c',
  )
})

test.each(['/tasks', '/tasks/new/reindex?model=image&index_suffix=a%2Fb', '/'])('goes back to %s', (path) => {
  expect(localPath(path)).toBe(path)
})

test.each([
  'https://elsewhere.example',
  '//elsewhere.example',
  '/\\elsewhere.example',
  '/\t/elsewhere.example',
  '/.//elsewhere.example',
  '/..//elsewhere.example',
  '/a/..//elsewhere.example',
  '/%2e//elsewhere.example',
  '/%2E%2e//elsewhere.example',
  '/./\\elsewhere.example',
  '/a/../\t\\elsewhere.example',
  'javascript:alert(1)',
  'tasks',
  '',
  null,
  undefined,
])('is not sent elsewhere by %j', (path) => {
  expect(localPath(path)).toBe('/')
})

test('the query of a page has no action of a form', () => {
  const url = new URL('http://x/tasks?/cancel&q=a+b&page=2')
  expect(pageQuery(url)).toBe('q=a+b&page=2')
  expect(pageQuery(url, 'page')).toBe('q=a+b')
  expect(pageQuery(new URL('http://x/tasks'))).toBe('')
})
