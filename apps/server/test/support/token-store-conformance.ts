import { beforeEach, describe, expect, test } from 'vitest'
import type { NewTokenRecord, TokenStore } from '../../src/auth/token-store.ts'

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
let made = 0

function newToken(overrides: Partial<NewTokenRecord> = {}): NewTokenRecord {
  const sha256 = String(++made).padStart(64, '0')
  return { name: `token ${made}`, scopes: ['read'], expiresAt: null, sha256, ...overrides }
}

/** What every store of tokens does. @param create gives an empty one */
export function describeTokenStore(name: string, create: () => TokenStore | Promise<TokenStore>): void {
  describe(name, () => {
    let store: TokenStore

    beforeEach(async () => {
      store = await create()
    })

    test('a token that was made is listed, and found by its digest', async () => {
      const expiresAt = inAnHour()
      const token = newToken({ name: 'Überwachung 🔭', scopes: ['read', 'delegate'], expiresAt })
      const record = await store.create(token)
      expect(record).toMatchObject({
        name: 'Überwachung 🔭',
        scopes: ['read', 'delegate'],
        expiresAt,
        lastUsedAt: null,
        revokedAt: null,
      })
      expect(await store.list()).toEqual([record])
      expect(await store.use(token.sha256)).toMatchObject({ id: record.id })
      expect(await store.use('f'.repeat(64))).toBeNull()
    })

    test('tokens are listed newest first, also those that can no longer be used', async () => {
      const first = await store.create(newToken())
      await store.revoke(first.id)
      const second = await store.create(newToken())
      expect((await store.list()).map(({ id }) => id)).toEqual([second.id, first.id])
      expect((await store.listUsable()).map(({ id }) => id)).toEqual([second.id])
    })

    test('a revoked token opens nothing, and stays revoked since then', async () => {
      const token = newToken()
      const { id } = await store.create(token)
      const revoked = await store.revoke(id)
      expect(revoked?.revokedAt).not.toBeNull()
      expect(await store.use(token.sha256)).toBeNull()
      expect(await store.revoke(id)).toEqual(revoked)
      expect(await store.revoke(crypto.randomUUID())).toBeNull()
    })

    test('an expired token opens nothing', async () => {
      const token = newToken({ expiresAt: new Date(Date.now() - 1_000).toISOString() })
      await store.create(token)
      expect(await store.use(token.sha256)).toBeNull()
      expect(await store.listUsable()).toEqual([])
    })

    test('it has a usable token as long as one is neither revoked nor expired', async () => {
      expect(await store.hasUsable()).toBe(false)
      await store.create(newToken({ expiresAt: new Date(0).toISOString() }))
      expect(await store.hasUsable()).toBe(false)
      const { id } = await store.create(newToken({ expiresAt: inAnHour() }))
      expect(await store.hasUsable()).toBe(true)
      await store.revoke(id)
      expect(await store.hasUsable()).toBe(false)
    })

    test('the last use is noted, and not again within the minute', async () => {
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
