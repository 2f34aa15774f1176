import { PgBoss } from 'pg-boss'
import { queueSchema } from '../../src/engine/queues.ts'

/** Reads and fills the queues of a database beside the engines that work on them; an engine has created them. */
export function openQueues(databaseUrl: string): Promise<PgBoss> {
  const off = {
    createSchema: false,
    migrate: false,
    supervise: false,
    schedule: false,
    registerInstance: false,
  }
  return new PgBoss({ connectionString: databaseUrl, schema: queueSchema, max: 1, ...off }).start()
}
