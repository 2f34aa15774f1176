import { sql, type SQL } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'

export type Transaction = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0]

/**
 * How long a transaction may take. A machine that freezes or drops off the network in the middle of one would else
 * keep its row locks until TCP gives up, hours later, and nobody could take over its task.
 */
interface TransactionLimits {
  /** Between two statements, milliseconds. */
  idleMs: number
  /**
   * From the first statement to the end, milliseconds. postgres.js sends a statement with parameters in two parts, and
   * to Postgres a client that is silent between them is not idle. Postgres 17 and newer keep this limit.
   */
  wholeMs: number
}

const defaultLimits: TransactionLimits = { idleMs: 10_000, wholeMs: 30_000 }

/**
 * Every transaction of the store. Their statements are short, and nothing else is waited for inside, unless
 * `limits` say for how long it may be.
 *
 * postgres.js 3.4 rejects a transaction as soon as its connection is closed, but knows nothing of what still runs in
 * it: a statement, `rollback` and `commit` included, that follows then is written to a socket that is gone, which is
 * an exception that nobody can catch, or to one that somebody else uses by now. So when the connection is gone
 * nothing follows: `work` asks `isOver` before each statement after a pause, and what it ends with is dropped.
 */
export function inTransaction<Result>(
  db: PostgresJsDatabase,
  work: (tx: Transaction, isOver: () => boolean) => Promise<Result>,
  limits = defaultLimits,
): Promise<Result> {
  let over = false
  const isOver = () => over
  const transaction = db.transaction(
    (tx) =>
      new Promise<Result>((resolve, reject) => {
        const set = tx.execute(setLimits(limits)).then(() => undefined)
        // What became of it is asked at the end, so that nothing of `work` is under way when the transaction ends.
        set.catch(() => undefined)
        const working = work(tx, isOver).then(async (result) => {
          await set
          return result
        })
        working.then(
          (result) => {
            if (!over) resolve(result)
          },
          // The error of a statement is known a moment before it is known that its connection is gone.
          (error: Error) => {
            setTimeout(() => {
              if (!over) reject(error)
            }, 0)
          },
        )
      }),
  )
  return transaction.finally(() => {
    over = true
  })
}

/** Numbers in the text, not parameters: such a statement is sent in one part, and the next follows it at once. */
function setLimits({ idleMs, wholeMs }: TransactionLimits): SQL {
  return sql.raw(`select set_config('idle_in_transaction_session_timeout', '${idleMs}', true),
    case when current_setting('server_version_num')::int >= 170000
      then set_config('transaction_timeout', '${wholeMs}', true) end`)
}
