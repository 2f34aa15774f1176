import { sha256, type Clock, type CreatedToken, type NewToken, type Token } from '@ingestion-server/core'
import { timingSafeEqual } from 'hono/utils/buffer'
import { AdminTokenNeededError, TokenNotFoundError } from '../http/request-errors.ts'
import { unnamedAdmin, type Principal } from './principal.ts'
import type { TokenRecord, TokenStore } from './token-store.ts'

/** Says in a log or a repository what was found there. */
const secretPrefix = 'ing_'
const secretBytes = 32

export interface Tokens {
  /** Whose secret it is; null: nobody's. */
  authenticate(secret: string): Promise<Principal | null>
  /** Whether a call must have a token: one was made, be it that all of them have ended or were revoked by now. */
  areDemanded(): Promise<boolean>
  /** @throws AdminTokenNeededError when nobody could make or revoke tokens after it */
  create(token: NewToken): Promise<CreatedToken>
  list(): Promise<Token[]>
  /** @throws TokenNotFoundError, AdminTokenNeededError */
  revoke(id: string): Promise<Token>
}

/** How long it is believed that no token is defined, in milliseconds: every call without one asks. */
const openForMs = 1_000

interface TokensOptions {
  store: TokenStore
  /** A secret from the environment that may do all, for making the first token; null: there is none. */
  apiToken: string | null
  clock: Pick<Clock, 'now'>
}

export function createTokens({ store, apiToken, clock }: TokensOptions): Tokens {
  let openUntil = -Infinity
  let created = 0

  // Without one that lasts, nobody could make or revoke tokens any more: they would lock all out.
  const keepAdmin = apiToken === null

  return {
    async authenticate(secret) {
      // Compares SHA-256 digests (WebCrypto), so the time says nothing about where the two differ.
      if (apiToken !== null && (await timingSafeEqual(secret, apiToken))) return unnamedAdmin
      // Looked up by its digest, which nobody can choose so that it nearly fits.
      const token = await store.use(await sha256(secret))
      return token && { id: token.id, name: token.name, scopes: new Set(token.scopes) }
    },
    async areDemanded() {
      if (apiToken !== null) return true
      if (clock.now() < openUntil) return false
      const createdBefore = created
      if (await store.hasAny()) return true
      // Unless one was made here while the store was asked.
      if (created === createdBefore) openUntil = clock.now() + openForMs
      return false
    },
    async create({ name, scopes, expires_at: expiresAt = null }) {
      const isLastingAdmin = scopes.includes('admin') && expiresAt === null
      if (keepAdmin && !isLastingAdmin && !(await store.hasLastingAdmin())) throw new AdminTokenNeededError()
      const secret = createSecret()
      const record = await store.create({
        name,
        scopes: [...new Set(scopes)],
        expiresAt,
        sha256: await sha256(secret),
      })
      // Another process learns of it within that second.
      openUntil = -Infinity
      created++
      return { secret, token: toToken(record) }
    },
    list: async () => (await store.list()).map(toToken),
    async revoke(id) {
      const record = await store.revoke(id, { keepAdmin })
      if (record === null) throw new TokenNotFoundError(id)
      if (record === 'last admin') throw new AdminTokenNeededError()
      return toToken(record)
    },
  }
}

function toToken(record: TokenRecord): Token {
  return {
    id: record.id,
    name: record.name,
    scopes: [...record.scopes],
    created_at: record.createdAt,
    expires_at: record.expiresAt,
    last_used_at: record.lastUsedAt,
    revoked_at: record.revokedAt,
  }
}

function createSecret(): string {
  return `${secretPrefix}${toHex(crypto.getRandomValues(new Uint8Array(secretBytes)))}`
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
