import { expect, test } from 'vitest'
import { createMemoryTokenStore } from './memory-token-store.ts'
import { createTokens } from './tokens.ts'

/** Two processes that share their tokens and a manual clock. */
function createProcesses() {
  let now = 0
  let asked = 0
  const memory = createMemoryTokenStore({ now: () => now })
  const store = {
    ...memory,
    async hasAny() {
      asked++
      return memory.hasAny()
    },
  }
  const create = () => createTokens({ store, apiToken: null, clock: { now: () => now } })
  return { one: create(), other: create(), pass: (ms: number) => void (now += ms), asked: () => asked }
}

test('the server checks at most once per second whether any token exists', async () => {
  const { one, pass, asked } = createProcesses()
  for (let call = 0; call < 10; call++) expect(await one.areDemanded()).toBe(false)
  expect(asked()).toBe(1)
  pass(1_000)
  expect(await one.areDemanded()).toBe(false)
  expect(asked()).toBe(2)
})

test('the first token is required immediately in its own process, and within a second in others', async () => {
  const { one, other, pass } = createProcesses()
  expect(await one.areDemanded()).toBe(false)
  expect(await other.areDemanded()).toBe(false)
  const { secret } = await one.create({ name: 'ops', scopes: ['admin'] })
  expect(await one.areDemanded()).toBe(true)
  expect(await one.authenticate(secret)).toMatchObject({ name: 'ops' })
  pass(1_000)
  expect(await other.areDemanded()).toBe(true)
})

test('a call during the creation of the first token does not leave a stale state', async () => {
  const held = Promise.withResolvers<void>()
  const memory = createMemoryTokenStore()
  const store = {
    ...memory,
    async hasAny() {
      const hasAny = await memory.hasAny()
      await held.promise
      return hasAny
    },
  }
  const tokens = createTokens({ store, apiToken: null, clock: { now: () => 0 } })
  const asking = tokens.areDemanded()
  await tokens.create({ name: 'ops', scopes: ['admin'] })
  held.resolve()
  expect(await asking).toBe(false)
  expect(await tokens.areDemanded()).toBe(true)
})

test('a token is recognized by the beginning of its secret, which leaves the rest unknown', async () => {
  const tokens = createTokens({ store: createMemoryTokenStore(), apiToken: null, clock: { now: () => 0 } })
  const { secret, token } = await tokens.create({ name: 'ops', scopes: ['admin'] })
  expect(token.prefix).toMatch(/^ing_[\da-f]{6}$/)
  expect(secret.startsWith(token.prefix ?? '-')).toBe(true)
  expect(secret).toHaveLength('ing_'.length + 64)
  expect(await tokens.list()).toEqual([token])
  expect(await tokens.authenticate(token.prefix ?? '')).toBeNull()
})
