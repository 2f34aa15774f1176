import { applyMigrations, readSchemaState } from '@ingestion-server/core/database'
import { sha256 } from '../sha256.ts'
import type { Database } from './connect.ts'
import journal from './migrations/meta/_journal.json' with { type: 'json' }

/** An arbitrary number, the same in every process. */
const lock = 5_120_884_376_210_593n

// Included by the build: the files don't exist at run time.
const files = import.meta.glob<string>('./migrations/*.sql', {
  query: '?raw',
  import: 'default',
  eager: true,
})

const migrations = journal.entries.map(({ tag, when, breakpoints }) => {
  const text = files[`./migrations/${tag}.sql`]
  if (text === undefined) throw new Error(`the journal names migration ${tag}, which has no file`)
  return {
    sql: text.split('--> statement-breakpoint'),
    hash: sha256(text),
    folderMillis: when,
    bps: breakpoints,
  }
})

const known = { migrations, schema: 'dashboard', table: 'migration' }

/**
 * Migrates schema `dashboard` in one transaction. Processes that start at the same time wait for each other.
 *
 * @returns the number of migrations that only a newer release knows, and that this release can work with
 */
export function migrateDatabase(db: Database): Promise<{ unknown: number }> {
  return applyMigrations(db, { ...known, lock })
}

/**
 * Checks that this release can work with the tables: a newer release may have migrated them since.
 *
 * @throws DatabaseRefusedError when it can't
 */
export async function checkDatabaseSchema(db: Database): Promise<void> {
  await readSchemaState(db, known)
}
