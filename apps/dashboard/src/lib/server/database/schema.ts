import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { roles } from '../../role.ts'

const schema = pgSchema('dashboard')

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const user = schema.table('user', {
  id: text('id').primaryKey(),
  /** The name for signing in, in lower case. */
  name: text('name').notNull().unique(),
  /** argon2id, with its parameters. */
  passwordHash: text('password_hash').notNull(),
  role: text('role', { enum: roles }).notNull(),
  createdAt: time('created_at').notNull(),
  lastSignInAt: time('last_sign_in_at'),
})

export const session = schema.table(
  'session',
  {
    /** SHA-256 of the cookie's value: a reader of this table can't sign in with it. */
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    /** Extended by use. */
    expiresAt: time('expires_at').notNull(),
    createdAt: time('created_at').notNull(),
    address: text('address').notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (table) => [index('session_user').on(table.userId)],
)

/** Browsers that have signed in as a user. */
export const device = schema.table(
  'device',
  {
    /** SHA-256 of the cookie's value. */
    id: text('id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    lastUsedAt: time('last_used_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.id, table.userId] }), index('device_user').on(table.userId)],
)

/** Failed sign-in attempts of a device, for an account or from an address, since the start of the window. */
export const throttle = schema.table(
  'throttle',
  {
    key: text('key').primaryKey(),
    attempts: integer('attempts').notNull(),
    windowStartedAt: time('window_started_at').notNull(),
  },
  (table) => [index('throttle_window').on(table.windowStartedAt)],
)

/** The link that creates the first user; each start replaces it, and using it deletes it. */
export const setup = schema.table(
  'setup',
  {
    id: integer('id').primaryKey().default(1),
    /** SHA-256 of the link's secret. */
    tokenHash: text('token_hash').notNull(),
  },
  (table) => [check('one_setup', sql`${table.id} = 1`)],
)

export const audit = schema.table(
  'audit',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: time('at').notNull(),
    /** Name of the user, kept when the user is deleted; null: no user was signed in. */
    actor: text('actor'),
    action: text('action').notNull(),
    /** The subject: a task, an index, a user. */
    subject: text('subject'),
    outcome: text('outcome', { enum: ['done', 'refused', 'failed'] }).notNull(),
    detail: jsonb('detail').notNull(),
    address: text('address').notNull(),
    /** How often it happened; `at` is the first time. */
    times: integer('times').notNull().default(1),
    /** Null: it happened once. */
    lastAt: time('last_at'),
    /** Equal for events that are counted in one entry; null: not counted together. */
    repeatKey: text('repeat_key'),
  },
  (table) => [
    index('audit_actor').on(table.actor, table.id),
    index('audit_undone')
      .on(table.actor, table.id)
      .where(sql`${table.outcome} <> 'done'`),
    uniqueIndex('audit_repeat').on(table.repeatKey),
  ],
)
