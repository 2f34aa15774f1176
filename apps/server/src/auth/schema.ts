import { sql } from 'drizzle-orm'
import { pgSchema, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const ingestion = pgSchema('ingestion')

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** API tokens. Only the SHA-256 of a secret is stored. */
export const token = ingestion.table('token', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  /** The first characters of the secret; null: older than this column. */
  prefix: text('prefix'),
  /** Hexadecimal. */
  sha256: text('sha256').notNull().unique(),
  /** Separated by spaces, as in RFC 6749, 3.3. */
  scopes: text('scopes').notNull(),
  createdAt: moment('created_at')
    .notNull()
    .default(sql`now()`),
  expiresAt: moment('expires_at'),
  lastUsedAt: moment('last_used_at'),
  revokedAt: moment('revoked_at'),
})
