import type { Scope } from '@ingestion-server/core'

/** A token as it is stored. Times are ISO 8601 in UTC. */
export interface TokenRecord {
  id: string
  name: string
  scopes: readonly Scope[]
  createdAt: string
  expiresAt: string | null
  /** To the minute, so that not every call has to write. */
  lastUsedAt: string | null
  revokedAt: string | null
}

export interface NewTokenRecord {
  name: string
  scopes: readonly Scope[]
  expiresAt: string | null
  /** Of the secret, in hexadecimal. */
  sha256: string
}

/** Where tokens live. One is usable until it expires or is revoked, by the clock of the store. */
export interface TokenStore {
  create(token: NewTokenRecord): Promise<TokenRecord>
  /** All of them, newest first: those that can't be used any more too. */
  list(): Promise<TokenRecord[]>
  /**
   * Revokes for good; one that is revoked already stays as it is.
   *
   * @param options.keepAdmin whether the last lasting admin token is refused, also when two are revoked at once
   * @returns null when there is no such token
   */
  revoke(id: string, options: { keepAdmin: boolean }): Promise<TokenRecord | 'last admin' | null>
  /** The usable token whose secret has this digest; notes that it was used. */
  use(sha256: string): Promise<TokenRecord | null>
  /** Whether a usable token may make and revoke others, and has no end. */
  hasLastingAdmin(): Promise<boolean>
  /** Whether a token was ever made. */
  hasAny(): Promise<boolean>
}

/** How exact `lastUsedAt` is. */
export const lastUsedPrecisionMs = 60_000
