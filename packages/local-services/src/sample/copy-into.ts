import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type postgres from 'postgres'

/**
 * Streams CSV (an empty unquoted value is NULL) into the named columns of a table, completely or not at all.
 *
 * @throws PostgresError for invalid data
 */
export async function copyInto(
  sql: postgres.ISql,
  table: string,
  columns: readonly string[],
  csv: Readable,
  { header }: { header: boolean },
): Promise<void> {
  const target = sql`${sql(table)} (${sql(columns)})`
  const options = header ? sql`with (format csv, header)` : sql`with (format csv)`
  const query = sql`copy ${target} from stdin ${options}`
  const failed = watchFailure(query)
  const copied = query.writable().then((stream) => pipeline(csv, stream))
  await Promise.race([copied, failed])
}

/**
 * postgres.js 3.4 loses an error that Postgres reports after the last byte was sent, and the stream never finishes. The
 * error only reaches the `reject` of the query, which was resolved with the stream before.
 */
function watchFailure(query: postgres.PendingQuery<postgres.Row[]>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const pending = query as unknown as { reject: (error: Error) => void } // in src/query.js, not in its types
    const rejectQuery = pending.reject
    pending.reject = (error) => {
      rejectQuery(error)
      reject(error)
    }
  })
}
