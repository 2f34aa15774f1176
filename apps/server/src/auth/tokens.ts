import { sha256, type Clock, type CreatedToken, type NewToken, type Token } from '@ingestion-server/core'
import { timingSafeEqual } from 'hono/utils/buffer'
import { AdminTokenNeededError, TokenNotFoundError } from './token-errors.ts'
import { unnamedAdmin, type Principal } from './principal.ts'
import type { TokenRecord, TokenStore } from './token-store.ts'

/** Identifies a leaked secret in a log or a repository. */
const secretPrefix = 'ing_'
const secretBytes = 32
/** Characters of a secret that are stored and shown, to recognize it: 24 of its 256 random bits. */
const shownCharacters = secretPrefix.length + 6

export interface Tokens {
  /** The principal that the secret belongs to; null: none. */
  authenticate(secret: string): Promise<Principal | null>
  /** Whether a call must have a token: true once a token was created, also when all have expired or were revoked. */
  areDemanded(): Promise<boolean>
  /** @throws AdminTokenNeededError when no usable token could create or revoke tokens afterwards */
  create(token: NewToken): Promise<CreatedToken>
  list(): Promise<Token[]>
  /** @throws TokenNotFoundError, AdminTokenNeededError */
  revoke(id: string): Promise<Token>
}

/** How long "no token is defined" is cached, in milliseconds: every call without a token checks it. */
const openForMs = 1_000

interface TokensOptions {
  store: TokenStore
  /** A secret from the environment with all scopes, for creating the first token; null: none is set. */
  apiToken: string | null
  clock: Pick<Clock, 'now'>
}

export function createTokens({ store, apiToken, clock }: TokensOptions): Tokens {
  let openUntil = -Infinity
  let created = 0

  // Without an admin token that doesn't expire, tokens could no longer be created or revoked.
  const keepAdmin = apiToken === null

  return {
    async authenticate(secret) {
      // Compares SHA-256 digests (WebCrypto), so the timing does not reveal where the two differ.
      if (apiToken !== null && (await timingSafeEqual(secret, apiToken))) return unnamedAdmin
      // Looked up by its digest: a caller can't choose a secret whose digest nearly matches.
      const token = await store.use(await sha256(secret))
      return token && { id: token.id, name: token.name, scopes: new Set(token.scopes) }
    },
    async areDemanded() {
      if (apiToken !== null) return true
      if (clock.now() < openUntil) return false
      const createdBefore = created
      if (await store.hasAny()) return true
      // Unless this process created one during the query.
      if (created === createdBefore) openUntil = clock.now() + openForMs
      return false
    },
    async create({ name, scopes, expires_at: expiresAt = null }) {
      const isLastingAdmin = scopes.includes('admin') && expiresAt === null
      if (keepAdmin && !isLastingAdmin && !(await store.hasLastingAdmin())) throw new AdminTokenNeededError()
      const secret = createSecret()
      const record = await store.create({
        name,
        prefix: secret.slice(0, shownCharacters),
        scopes: [...new Set(scopes)],
        expiresAt,
        sha256: await sha256(secret),
      })
      // Other processes see it within that second.
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
    prefix: record.prefix,
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
