import { DatabaseRefusedError, isPooled, type Database } from '@ingestion-server/core'
import { sql } from 'drizzle-orm'
import { PgBoss } from 'pg-boss'
import { queueSchema } from './queues.ts'

/** Properties of the task database that the queue needs before it starts. */
export interface QueueDatabase {
  /** Notifications don't pass a pooler, whose clients share connections. */
  isPooled: boolean
  /** Creating a schema needs a privilege on the whole database, also where it exists. */
  hasSchema: boolean
  /** Version of the queue's schema; null before its tables exist. */
  schemaVersion: number | null
}

/**
 * Reads them from the task database.
 *
 * @throws DatabaseRefusedError when the schema of the queue is missing and the role can't create it
 */
export async function inspectDatabase(db: Database): Promise<QueueDatabase> {
  const [row] = await db.execute(
    sql`select exists (select from pg_catalog.pg_namespace where nspname = ${queueSchema}) as exists,
      has_database_privilege(current_database(), 'CREATE') as creates`,
  )
  if (row?.['exists'] !== true && row?.['creates'] !== true)
    throw new DatabaseRefusedError(
      `the role of TASKS_DATABASE_URL may not create schema ${queueSchema}; as the owner of the database run: ` +
        `CREATE SCHEMA ${queueSchema} AUTHORIZATION the_role. See docs/postgres-roles.sql`,
    )
  return {
    isPooled: await isPooled(db),
    hasSchema: row?.['exists'] === true,
    schemaVersion: await readSchemaVersion(db),
  }
}

/** Reads over the connection of `db`: pg-boss is not started, so it creates and migrates nothing. */
async function readSchemaVersion(db: Database): Promise<number | null> {
  const executeSql = async (text: string) => ({ rows: await db.execute(sql.raw(text)) })
  const boss = new PgBoss({ schema: queueSchema, db: { executeSql } })
  return (await boss.isInstalled()) ? boss.schemaVersion() : null
}
