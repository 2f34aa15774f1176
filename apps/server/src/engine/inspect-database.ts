import { isPooled, type Database } from '@ingestion-server/core'
import { sql } from 'drizzle-orm'
import { queueSchema } from './queues.ts'

/** What has to be known of the tasks' database before the queue starts in it. */
export interface QueueDatabase {
  /** Notifications don't get through a pooler, whose clients share connections. */
  isPooled: boolean
  /** Making a schema needs a right on the whole database, also where it exists. */
  hasSchema: boolean
}

/** Asks the tasks' database itself. */
export async function inspectDatabase(db: Database): Promise<QueueDatabase> {
  const [row] = await db.execute(
    sql`select exists (select from pg_catalog.pg_namespace where nspname = ${queueSchema}) as exists`,
  )
  return { isPooled: await isPooled(db), hasSchema: row?.['exists'] === true }
}
