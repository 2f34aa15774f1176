import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'

/**
 * Whether there is a connection pooler between this process and Postgres: a pooler gives its clients process ids and
 * cancel keys of its own, because a client may be moved to another server process at any time. Behind one, nothing
 * works that lives in a session: LISTEN, locks of the session, SET, temporary tables, named statements.
 */
export async function isPooled(db: PostgresJsDatabase): Promise<boolean> {
  const { $client } = db as PostgresJsDatabase & { readonly $client: postgres.Sql }
  const result = await $client.unsafe<{ pid: number }[]>('select pg_backend_pid() as pid')
  return result[0]?.pid !== result.state.pid
}
