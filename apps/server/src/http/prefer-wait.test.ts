import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { readPreferredWait } from './prefer-wait.ts'

const app = new Hono().get('/', (c) => c.json(readPreferredWait(c)))

test.each([
  [undefined, null, null],
  ['wait=10', 10_000, 'wait=10'],
  ['Wait=10', 10_000, 'wait=10'],
  ['wait = "10"', 10_000, 'wait=10'],
  ['respond-async, wait=10', 10_000, 'wait=10'],
  ['respond-async; x=1, wait=10, handling=strict', 10_000, 'wait=10'],
  ['wait=60', 60_000, 'wait=60'],
  ['wait=61', 60_000, 'wait=60'],
  ['wait=999999999', 60_000, 'wait=60'],
  ['wait=0', null, null],
  ['wait=-1', null, null],
  ['wait=1.5', null, null],
  ['wait=ten', null, null],
  ['await=10', null, null],
  ['wait', null, null],
])('Prefer: %s waits %s ms and is applied as %s', async (prefer, waitMs, applied) => {
  const response = await app.request('/', prefer === undefined ? {} : { headers: { Prefer: prefer } })
  expect(await response.json()).toBe(waitMs)
  expect(response.headers.get('Preference-Applied')).toBe(applied)
})
