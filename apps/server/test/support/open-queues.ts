import { PgBoss } from 'pg-boss'
import { queueSchema } from '../../src/engine/queues.ts'

/** `application_name` of the connections of queues. */
export const queueName = 'ingestion-server queue'

/** Reads and fills the queues of a database beside the engines that work on them; an engine has created them. */
export function openQueues(databaseUrl: string): Promise<PgBoss> {
  const off = {
    createSchema: false,
    migrate: false,
    supervise: false,
    schedule: false,
    registerInstance: false,
  }
  const connection = { connectionString: databaseUrl, application_name: queueName, max: 1 }
  return new PgBoss({ ...connection, schema: queueSchema, ...off }).start()
}
