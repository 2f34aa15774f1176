import { beforeEach, describe, expect, test } from 'vitest'
import type { NewTokenRecord, TokenStore } from '../../src/auth/token-store.ts'

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
let made = 0
const anyway = { keepAdmin: false }

function newToken(overrides: Partial<NewTokenRecord> = {}): NewTokenRecord {
  const sha256 = String(++made).padStart(64, '0')
  return {
    name: `token ${made}`,
    prefix: 'ing_00ff00',
    scopes: ['read'],
    expiresAt: null,
    sha256,
    ...overrides,
  }
}

/** Tests that every token store must pass. @param create returns an empty store */
export function describeTokenStore(name: string, create: () => TokenStore | Promise<TokenStore>): void {
  describe(name, () => {
    let store: TokenStore

    beforeEach(async () => {
      store = await create()
    })

    test('a created token is listed, and found by its digest', async () => {
      const expiresAt = inAnHour()
      const token = newToken({ name: 'Überwachung 🔭', scopes: ['read', 'delegate'], expiresAt })
      const record = await store.create(token)
      expect(record).toMatchObject({
        name: 'Überwachung 🔭',
        prefix: 'ing_00ff00',
        scopes: ['read', 'delegate'],
        expiresAt,
        lastUsedAt: null,
        revokedAt: null,
      })
      expect(await store.list()).toEqual([record])
      expect(await store.use(token.sha256)).toMatchObject({ id: record.id })
      expect(await store.use('f'.repeat(64))).toBeNull()
    })

    test('tokens are listed newest first, including expired and revoked ones', async () => {
      const first = await store.create(newToken())
      await store.revoke(first.id, anyway)
      const second = await store.create(newToken())
      expect((await store.list()).map(({ id }) => id)).toEqual([second.id, first.id])
    })

    test('a revoked token is not accepted, and keeps its time of revocation', async () => {
      const token = newToken()
      const { id } = await store.create(token)
      const revoked = await store.revoke(id, anyway)
      expect(revoked).toHaveProperty('revokedAt', expect.stringMatching(/^\d{4}-/))
      expect(await store.use(token.sha256)).toBeNull()
      expect(await store.revoke(id, anyway)).toEqual(revoked)
      expect(await store.revoke(crypto.randomUUID(), anyway)).toBeNull()
    })

    test('an expired token is not accepted', async () => {
      const token = newToken({ expiresAt: new Date(Date.now() - 1_000).toISOString() })
      await store.create(token)
      expect(await store.use(token.sha256)).toBeNull()
    })

    test('the store reports that a token was created, even after all have ended', async () => {
      expect(await store.hasAny()).toBe(false)
      const { id } = await store.create(newToken({ expiresAt: new Date(0).toISOString() }))
      expect(await store.hasAny()).toBe(true)
      await store.revoke(id, anyway)
      expect(await store.hasAny()).toBe(true)
    })

    test('an admin token without expiry that was not revoked is a lasting admin token', async () => {
      await store.create(newToken({ scopes: ['read', 'write', 'delete', 'delegate'] }))
      await store.create(newToken({ scopes: ['admin'], expiresAt: inAnHour() }))
      expect(await store.hasLastingAdmin()).toBe(false)
      const { id } = await store.create(newToken({ scopes: ['read', 'admin'] }))
      expect(await store.hasLastingAdmin()).toBe(true)
      await store.revoke(id, anyway)
      expect(await store.hasLastingAdmin()).toBe(false)
    })

    test('the last lasting admin token can be protected, whatever other tokens exist', async () => {
      const keep = { keepAdmin: true }
      const admin = await store.create(newToken({ scopes: ['admin'] }))
      const ending = await store.create(newToken({ scopes: ['admin'], expiresAt: inAnHour() }))
      const reader = await store.create(newToken())
      expect(await store.revoke(admin.id, keep)).toBe('last admin')
      for (const { id } of [ending, reader]) expect(await store.revoke(id, keep)).toMatchObject({ id })
      expect(await store.revoke(crypto.randomUUID(), keep)).toBeNull()
      const next = await store.create(newToken({ scopes: ['admin'] }))
      expect(await store.revoke(admin.id, keep)).toMatchObject({ id: admin.id })
      expect(await store.revoke(next.id, keep)).toBe('last admin')
      expect(await store.revoke(admin.id, keep)).toMatchObject({ id: admin.id })
    })

    test('one admin token remains if two admins revoke each other at the same moment', async () => {
      for (let round = 0; round < 10; round++) {
        const admins = [
          await store.create(newToken({ scopes: ['admin'] })),
          await store.create(newToken({ scopes: ['admin'] })),
        ]
        const before = await store.list()
        const others = before.filter(
          ({ id, revokedAt }) => revokedAt === null && !admins.some((a) => a.id === id),
        )
        for (const { id } of others) await store.revoke(id, anyway)
        const results = await Promise.all(admins.map(({ id }) => store.revoke(id, { keepAdmin: true })))
        expect(results.filter((result) => result === 'last admin')).toHaveLength(1)
        expect(await store.hasLastingAdmin()).toBe(true)
      }
    })

    test('the last use is recorded at most once per minute', async () => {
      const token = newToken()
      await store.create(token)
      await store.use(token.sha256)
      const [used] = await store.list()
      expect(Date.parse(used?.lastUsedAt ?? '')).toBeGreaterThan(Date.now() - 60_000)
      await store.use(token.sha256)
      expect(await store.list()).toEqual([used])
    })
  })
}
