import { expect, test } from 'vitest'
import { readReturnUrl } from './return-url.ts'

const here = 'http://dashboard.test'
const next = async (path: string, init?: RequestInit) => {
  const way = await readReturnUrl(new Request(`${here}${path}`, init), new URL(`${here}${path}`))
  return new URL(way, here).searchParams.get('next')
}

test('a page that needed a session is opened again with its query', async () => {
  expect(await next('/tasks?status=failed&x-sveltekit-invalidated=01')).toBe('/tasks?status=failed')
})

test('the fields of a new task come along', async () => {
  const body = new URLSearchParams({
    model: 'image',
    index_suffix: 'a&b',
    max_failed: '',
    __superform_id: 'x',
  })
  expect(await next('/tasks/new/reindex?/plan', { method: 'POST', body })).toBe(
    '/tasks/new/reindex?model=image&index_suffix=a%26b',
  )
})

test('a password never gets into a URL', async () => {
  const body = new URLSearchParams({ name: 'ada', password: 'a secret of hers' })
  expect(await next('/users?/create', { method: 'POST', body })).toBe('/users')
})

test('what is too long for a URL is dropped', async () => {
  const body = new URLSearchParams({ index_suffix: 'x'.repeat(3_000) })
  expect(await next('/tasks/new/reindex', { method: 'POST', body })).toBe('/tasks/new/reindex')
})
