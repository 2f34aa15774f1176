import { DatabaseRefusedError, isPooled, type Database } from '@ingestion-server/core'
import { sql } from 'drizzle-orm'
import { queueSchema } from './queues.ts'

/** What has to be known of the tasks' database before the queue starts in it. */
export interface QueueDatabase {
  /** Notifications don't get through a pooler, whose clients share connections. */
  isPooled: boolean
  /** Making a schema needs a right on the whole database, also where it exists. */
  hasSchema: boolean
}

/**
 * Asks the tasks' database itself.
 *
 * @throws DatabaseRefusedError when the schema of the queue is missing and the role can't make it
 */
export async function inspectDatabase(db: Database): Promise<QueueDatabase> {
  const [row] = await db.execute(
    sql`select exists (select from pg_catalog.pg_namespace where nspname = ${queueSchema}) as exists,
      has_database_privilege(current_database(), 'CREATE') as creates`,
  )
  if (row?.['exists'] !== true && row?.['creates'] !== true)
    throw new DatabaseRefusedError(
      `the role of TASKS_DATABASE_URL may not make schema ${queueSchema}; as the owner of the database run: ` +
        `CREATE SCHEMA ${queueSchema} AUTHORIZATION the_role. See docs/postgres-roles.sql`,
    )
  return { isPooled: await isPooled(db), hasSchema: row?.['exists'] === true }
}
