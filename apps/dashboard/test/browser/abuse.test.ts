import { afterAll, beforeAll, expect, test } from 'vitest'
import { password } from './support/open-browser.ts'
import type { FormSender } from './support/send-form.ts'
import type { Stack } from './support/stack.ts'
import { startFormSuite, type FormSuite } from './support/start-suite.ts'

let suite: FormSuite | undefined
let stack: Stack
let sender: FormSender
let asAdmin: FormSuite['asAdmin']

beforeAll(async () => {
  suite = await startFormSuite()
  ;({ stack, sender, asAdmin } = suite)
})
afterAll(() => suite?.close())

const malformed: [contentType: string, body: string][] = [
  ['multipart/form-data', 'no boundary'],
  ['multipart/form-data; boundary=x', 'no part'],
  ['multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="name"\r\n\r\ncut off'],
  ['application/json', '{'],
  ['text/plain', 'name=ada'],
  ['application/x-www-form-urlencoded', '__superform_json=nonsense'],
  ['application/x-www-form-urlencoded', '__superform_json=%5B%7B%22name%22%3A7%7D%5D'],
]

test.each(malformed)(
  'a malformed body (%s, %j) is a bad request, not an internal error',
  async (type, body) => {
    for (const headers of [{}, asAdmin] as Record<string, string>[]) {
      for (const path of [
        '/sign-in',
        '/setup?token=x',
        '/theme',
        '/sign-out',
        '/users?/create',
        '/users?/delete',
        '/account?/password',
        '/tokens?/create',
        '/tasks?/cancel',
        '/tasks/new/reindex?/plan',
        '/tasks/00000000-0000-7000-8000-000000000000?/cancel',
        '/indices?/rollBack',
      ]) {
        if (path === '/sign-out' && headers === asAdmin) continue
        const response = await sender.send(path, type, body, headers)
        expect(response.status, path).toBeLessThan(500)
        await response.body?.cancel()
      }
    }
  },
)

test('a form that is too large is refused with 413, with and without a session', async () => {
  const large = String(new URLSearchParams({ name: 'x'.repeat(600_000) }))
  for (const headers of [{}, asAdmin] as Record<string, string>[]) {
    for (const path of ['/sign-in', '/theme', '/tasks/new/reindex?/plan']) {
      const response = await sender.send(path, 'application/x-www-form-urlencoded', large, headers)
      expect(response.status, path).toBe(413)
      await response.body?.cancel()
    }
  }
})

test('names of tokens and users with invisible characters are refused', async () => {
  for (const name of ['bot\u202Etxt', 'bot\u200B1', 'bot\u2028']) {
    const token = { name: `${name}x`, scopes: 'read', days: '7' }
    expect((await sender.post('/tokens?/create', token, asAdmin)).status).toBe(400)
    expect(
      (await sender.post('/users?/create', { name: `${name}x`, password, role: 'viewer' }, asAdmin)).status,
    ).toBe(400)
  }
})

test('every response, including errors and files, forbids content sniffing', async () => {
  const page = await (await fetch(`${stack.url}/sign-in`)).text()
  const asset = /"[^"]*(\/_app\/immutable\/[^"]+\.(?:js|css))"/.exec(page)?.[1] ?? ''
  expect(asset).not.toBe('')
  for (const path of [
    '/sign-in',
    '/livez',
    '/live/tasks',
    '/favicon.svg',
    asset,
    '/nonsense',
    '/_app/immutable/nonsense.js',
    '/%ff',
    '/tasks',
  ]) {
    const { headers, status, body } = await fetch(`${stack.url}${path}`, { redirect: 'manual' })
    expect(headers.get('x-content-type-options'), `${path} ${status}`).toBe('nosniff')
    await body?.cancel()
  }
})
