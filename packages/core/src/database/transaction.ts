import { sql as fragment, type SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { PostgresJsSession, PostgresJsTransaction, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { DatabaseUnavailableError } from '../errors.ts'

export type Transaction = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0]

/**
 * How long a transaction may take. A machine that freezes or drops off the network in the middle of one would
 * otherwise keep its row locks until TCP gives up, hours later, and its task could not be taken over.
 */
export interface TransactionOptions {
  /** Between two statements, milliseconds. Default 10,000. */
  idleMs?: number
  /**
   * From the first statement to the end, milliseconds. postgres.js sends a statement with parameters in two parts, and
   * to Postgres a client that is silent between them is not idle. Postgres 17 and newer keep this limit. Default 30,000.
   */
  wholeMs?: number
  /** Default `read committed`. */
  mode?: 'repeatable read read only'
}

const dialect = new PgDialect()

/**
 * The only way to a transaction in this product (a lint rule forbids others). Statements inside are short, and nothing
 * else is waited for inside, unless `options` say for how long it may be.
 *
 * A commit is believed by its command tag alone: Postgres answers the COMMIT of a transaction that was aborted with
 * ROLLBACK, which is no error to a driver. So the last statement here is `commit and chain`, whose tag is read; the
 * empty transaction that it begins is ended by postgres.js, and not waited for.
 *
 * postgres.js 3.4 rejects a transaction as soon as its connection is closed, but knows nothing of what still runs in
 * it: a statement, `rollback` and `commit` included, that follows then is written to a socket that is gone, which is
 * an exception that can't be caught, or to one that another caller uses by now. So when the connection is gone no
 * statement follows: those of `work` are rejected, and what `work` ends with is dropped.
 *
 * @param db of postgres.js, behind a transaction pooler too
 * @throws DatabaseUnavailableError when Postgres rolled back at the commit
 */
export function inTransaction<Result>(
  db: PostgresJsDatabase,
  work: (tx: Transaction, isOver: () => boolean) => Promise<Result>,
  { idleMs = 10_000, wholeMs = 30_000, mode }: TransactionOptions = {},
): Promise<Result> {
  const client = (db as PostgresJsDatabase & { readonly $client: postgres.Sql }).$client
  const state: State = { isOver: false, failure: undefined }
  return new Promise<Result>((resolve, reject) => {
    const run = (scope: postgres.TransactionSql) =>
      new Promise<void>((end, rollBack) => {
        const tx = openTransaction(guard(scope, state))
        const set = tx.execute(setLimits(idleMs, wholeMs)).then(() => undefined)
        // Its error is reported at the end, so that no statement of `work` is under way when the transaction ends.
        set.catch(() => undefined)
        const finish = async () => {
          const result = await work(tx, () => state.isOver)
          await set
          const { command } = (await tx.execute(fragment`commit and chain`)) as unknown as { command: string }
          if (command !== 'COMMIT') throw new RolledBackError(command, state.failure)
          return result
        }
        finish().then(
          (result) => {
            resolve(result)
            if (!state.isOver) end()
          },
          // The error of a statement is known a moment before it is known that its connection is gone.
          (error: Error) => setTimeout(() => !state.isOver && rollBack(error), 0),
        )
      })
    client
      .begin(mode === undefined ? '' : `isolation level ${mode}`, run)
      .catch(reject)
      .finally(() => {
        state.isOver = true
      })
  })
}

class RolledBackError extends DatabaseUnavailableError {
  constructor(command: string, cause: unknown) {
    super(
      `the database answered a COMMIT with ${command}: nothing of the transaction was stored; run it again`,
      { cause },
    )
  }
}

interface State {
  /** The connection is gone, or the transaction has ended. */
  isOver: boolean
  /** The first error of a statement. */
  failure: Error | undefined
}

/** As Drizzle's own `transaction` does it, whose types are wider. */
function openTransaction(scope: GuardedScope): Transaction {
  type Session = ConstructorParameters<typeof PostgresJsTransaction>[1]
  const session = new PostgresJsSession(scope as unknown as postgres.Sql, dialect, undefined, {})
  return new PostgresJsTransaction(
    dialect,
    session as unknown as Session,
    undefined,
  ) as unknown as Transaction
}

interface GuardedScope {
  unsafe(...statement: Parameters<postgres.TransactionSql['unsafe']>): unknown
  savepoint(work: (inner: GuardedScope) => Promise<unknown>): Promise<unknown>
}

/** What Drizzle uses of a transaction's client, which sends nothing once the connection is gone. */
function guard(scope: postgres.TransactionSql, state: State): GuardedScope {
  return {
    unsafe(...statement) {
      if (state.isOver) return rejected()
      const query = scope.unsafe(...statement)
      query.catch((error: Error) => {
        state.failure ??= error
        // Errors of a connection have the system's error number, or one of postgres.js in its place.
        if ('errno' in error) state.isOver = true
      })
      return query
    },
    savepoint: (work) => scope.savepoint((inner) => work(guard(inner, state))),
  }
}

/** Like a query of postgres.js of which the rows are asked for. */
function rejected(): unknown {
  const lost = Promise.reject(
    new DatabaseUnavailableError('the connection of the transaction was lost; nothing of it was stored'),
  )
  lost.catch(() => undefined)
  return Object.assign(lost, { values: () => lost })
}

/** Numbers in the text, not parameters: such a statement is sent in one part, and the next follows it at once. */
function setLimits(idleMs: number, wholeMs: number): SQL {
  // The role may have lower ones for statements of other kinds: these transactions are short, and have their own.
  return fragment.raw(`select set_config('idle_in_transaction_session_timeout', '${idleMs}', true),
    set_config('statement_timeout', '${wholeMs}', true), set_config('lock_timeout', '${wholeMs}', true),
    case when current_setting('server_version_num')::int >= 170000
      then set_config('transaction_timeout', '${wholeMs}', true) end`)
}
