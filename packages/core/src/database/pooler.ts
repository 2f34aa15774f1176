import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'

/**
 * Whether a connection pooler is between this process and Postgres. A pooler issues its own process ids and cancel
 * keys, because it may move a client to another server process at any time. Behind one, nothing works that depends on a
 * session: LISTEN, session locks, SET, temporary tables, named statements.
 */
export async function isPooled(db: PostgresJsDatabase): Promise<boolean> {
  const { $client } = db as PostgresJsDatabase & { readonly $client: postgres.Sql }
  const result = await $client.unsafe<{ pid: number }[]>('select pg_backend_pid() as pid')
  return result[0]?.pid !== result.state.pid
}
