import { applyIngestionMigrations, type Database, type Scope } from '@ingestion-server/core'
import { and, asc, desc, eq, exists, getTableColumns, isNull, ne, not, or, sql } from 'drizzle-orm'
import { migrations } from './migrations/bundle.ts'
import { token } from './schema.ts'
import { lastUsedPrecisionMs, type TokenRecord, type TokenStore } from './token-store.ts'

/** Migrates the table of tokens. Safe to run at every start. @returns as migrateTaskStore of core */
export function migrateTokenStore(db: Database): Promise<{ unknown: number }> {
  return applyIngestionMigrations(db, { migrations, table: 'token_migration' })
}

/** Tokens in schema `ingestion` of Postgres. */
export function createDrizzleTokenStore(db: Database): TokenStore {
  const isUsable = and(isNull(token.revokedAt), or(isNull(token.expiresAt), sql`${token.expiresAt} > now()`))
  // Scopes are stored as one text, separated by spaces.
  const isLastingAdmin = sql`(${isNull(token.revokedAt)} and ${isNull(token.expiresAt)} and 'admin' = any(string_to_array(${token.scopes}, ' ')))`
  const isStale = sql<boolean>`(${token.lastUsedAt} is null or ${token.lastUsedAt} < now() - ${lastUsedPrecisionMs} * interval '1 millisecond')`

  return {
    async create({ name, prefix = null, scopes, expiresAt, sha256 }) {
      const values = {
        id: crypto.randomUUID(),
        name,
        prefix,
        sha256,
        scopes: scopes.join(' '),
        expiresAt: expiresAt === null ? null : new Date(expiresAt),
      }
      const [row] = await db.insert(token).values(values).returning()
      return toRecord(row as Row) // an insert that doesn't throw returns its row
    },
    async list() {
      return (await db.select().from(token).orderBy(desc(token.createdAt), desc(token.id))).map(toRecord)
    },
    async revoke(id, { keepAdmin }) {
      const revokedAt = sql`coalesce(${token.revokedAt}, now())`
      // Two calls that revoke each other's token wait for each other here; the second sees the first's change.
      const admins = db
        .$with('admins')
        .as(
          db.select({ id: token.id }).from(token).where(isLastingAdmin).orderBy(asc(token.id)).for('update'),
        )
      const hasOther = exists(db.select({ id: admins.id }).from(admins).where(ne(admins.id, id)))
      const mayGo = keepAdmin ? or(not(isLastingAdmin), hasOther) : undefined
      const [row] = await db
        .with(admins)
        .update(token)
        .set({ revokedAt })
        .where(and(eq(token.id, id), mayGo))
        .returning()
      if (row !== undefined) return toRecord(row)
      const known = await db.select({ id: token.id }).from(token).where(eq(token.id, id))
      return known.length === 0 ? null : 'last admin'
    },
    async use(sha256) {
      const [row] = await db
        .select({ ...getTableColumns(token), isStale })
        .from(token)
        .where(and(eq(token.sha256, sha256), isUsable))
      if (row === undefined) return null
      // Checked first: most calls within a minute then write nothing and take no lock.
      if (row.isStale) {
        await db
          .update(token)
          .set({ lastUsedAt: sql`now()` })
          .where(and(eq(token.id, row.id), isStale))
      }
      return toRecord(row)
    },
    async hasLastingAdmin() {
      return (await db.select({ id: token.id }).from(token).where(isLastingAdmin).limit(1)).length > 0
    },
    async hasAny() {
      return (await db.select({ id: token.id }).from(token).limit(1)).length > 0
    },
  }
}

type Row = typeof token.$inferSelect

function toRecord(row: Row): TokenRecord {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    // Written by this file only, from scopes.
    scopes: row.scopes.split(' ') as Scope[],
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }
}
