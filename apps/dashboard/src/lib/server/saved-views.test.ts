import type { Cookies } from '@sveltejs/kit'
import { expect, test } from 'vitest'
import { readSavedViews, removeView, saveView } from './saved-views.ts'

/** A browser's cookies. */
function createCookies(values: Record<string, string> = {}): Cookies {
  return {
    get: (name: string) => values[name],
    set: (name: string, value: string) => void (values[name] = value),
  } as unknown as Cookies // the views use no more of it
}

test('a view is saved, replaced by one with its name, and removed', () => {
  const cookies = createCookies()
  expect(saveView(cookies, { name: ' Nightly ', search: '?q=by%3Anightly' }, true)).toBeNull()
  expect(saveView(cookies, { name: 'All', search: '' }, true)).toBeNull()
  expect(saveView(cookies, { name: 'Nightly', search: '?status=failed' }, true)).toBeNull()
  expect(readSavedViews(cookies)).toEqual([
    { name: 'All', search: '' },
    { name: 'Nightly', search: '?status=failed' },
  ])
  removeView(cookies, 'Nightly', true)
  expect(readSavedViews(cookies)).toEqual([{ name: 'All', search: '' }])
})

test.each([
  [{ name: '', search: '' }, 'needs a name'],
  [{ name: 'x'.repeat(41), search: '' }, 'needs a name'],
  [{ name: 'x', search: '//elsewhere' }, 'cannot be saved'],
  [{ name: 'x', search: null }, 'cannot be saved'],
  [{ name: 'x', search: `?q=${'x'.repeat(3_500)}` }, 'no place'],
])('refuses %j', (view, problem) => {
  const cookies = createCookies()
  expect(saveView(cookies, view, true)).toContain(problem)
  expect(readSavedViews(cookies)).toEqual([])
})

test.each(['{', '{}', '[1, null, {"name": "x"}, {"name": "x", "search": "javascript:"}]'])(
  'ignores the cookie %j',
  (views) => {
    expect(readSavedViews(createCookies({ views }))).toEqual([])
  },
)
