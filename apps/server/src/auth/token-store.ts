import type { Scope } from '@ingestion-server/core'

/** A token as it is stored. Times are ISO 8601 in UTC. */
export interface TokenRecord {
  id: string
  name: string
  /** The first characters of the secret; null: created by an earlier release. */
  prefix: string | null
  scopes: readonly Scope[]
  createdAt: string
  expiresAt: string | null
  /** To the minute, so that most calls need no write. */
  lastUsedAt: string | null
  revokedAt: string | null
}

export interface NewTokenRecord {
  name: string
  /** The first characters of the secret; default null. */
  prefix?: string | null
  scopes: readonly Scope[]
  expiresAt: string | null
  /** Of the secret, in hexadecimal. */
  sha256: string
}

/** Stores tokens. A token is usable until it expires or is revoked, by the clock of the store. */
export interface TokenStore {
  create(token: NewTokenRecord): Promise<TokenRecord>
  /** All tokens, newest first, including expired and revoked ones. */
  list(): Promise<TokenRecord[]>
  /**
   * Revokes a token permanently. A token that is already revoked does not change.
   *
   * @param options.keepAdmin refuses to revoke the last admin token without expiry, also when two are revoked at once
   * @returns null when there is no such token
   */
  revoke(id: string, options: { keepAdmin: boolean }): Promise<TokenRecord | 'last admin' | null>
  /** The usable token whose secret has this digest; records its use. */
  use(sha256: string): Promise<TokenRecord | null>
  /** Whether a usable token with scope admin and without expiry exists. */
  hasLastingAdmin(): Promise<boolean>
  /** Whether a token was ever created. */
  hasAny(): Promise<boolean>
}

/** Resolution of `lastUsedAt`. */
export const lastUsedPrecisionMs = 60_000
