import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'

export type Transaction = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0]

/**
 * How long a transaction may sit idle. A machine that freezes or drops off the network in the middle of one would
 * else keep its row locks until TCP gives up, hours later, and nobody could take over its task.
 */
const maxIdleMs = 10_000

/**
 * Every transaction of the store. Their statements are short, and nothing else is waited for inside, unless
 * `idleMs` says for how long it may be.
 */
export function inTransaction<Result>(
  db: PostgresJsDatabase,
  work: (tx: Transaction) => Promise<Result>,
  idleMs = maxIdleMs,
): Promise<Result> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('idle_in_transaction_session_timeout', ${String(idleMs)}, true)`)
    return work(tx)
  })
}
