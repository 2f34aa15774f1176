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
 *
 * postgres.js 3.4 rejects a transaction as soon as its connection is closed, but knows nothing of what still runs in
 * it: a statement, `rollback` and `commit` included, that follows then is written to a socket that is gone, which is
 * an exception that nobody can catch, or to one that somebody else uses by now. So when the connection is gone
 * nothing follows: `work` asks `isOver` before each statement after a pause, and what it ends with is dropped.
 */
export function inTransaction<Result>(
  db: PostgresJsDatabase,
  work: (tx: Transaction, isOver: () => boolean) => Promise<Result>,
  idleMs = maxIdleMs,
): Promise<Result> {
  let over = false
  const isOver = () => over
  const transaction = db.transaction(
    (tx) =>
      new Promise<Result>((resolve, reject) => {
        // A number in the text, not a parameter: such a statement is sent without waiting for anything, and the next
        // follows it at once.
        const set = tx
          .execute(sql.raw(`set local idle_in_transaction_session_timeout = ${idleMs}`))
          .then(() => undefined)
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
