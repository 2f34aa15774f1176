import { sql as fragment, type SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { PostgresJsSession, PostgresJsTransaction, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { DatabaseUnavailableError } from '../errors.ts'

export type Transaction = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0]

/**
 * Time limits of a transaction. Otherwise a machine that freezes or loses the network in a transaction would keep its
 * row locks for hours, until TCP gives up, and no other worker could take over its task.
 */
export interface TransactionOptions {
  /** Maximum time between two statements, milliseconds. Default 10,000. */
  idleMs?: number
  /**
   * Maximum time from the first statement to the end, milliseconds. It is needed because postgres.js sends a statement
   * with parameters in two parts, and Postgres does not count a client that is silent between them as idle. Enforced by
   * Postgres 17 and newer. Default 30,000.
   */
  wholeMs?: number
  /** Default `read committed`. */
  mode?: 'repeatable read read only'
}

const dialect = new PgDialect()

/**
 * Runs `work` in a transaction. A lint rule forbids any other way to open one. Statements inside must be short, and
 * `work` must not wait for anything else unless `options` allow the time.
 *
 * A commit counts only if its command tag says so: Postgres responds to the COMMIT of an aborted transaction with
 * ROLLBACK, which drivers don't report as an error. So the last statement is `commit and chain`, whose tag is checked;
 * postgres.js ends the empty transaction that it starts, without waiting for it.
 *
 * postgres.js 3.4 rejects a transaction when its connection closes, but does not track what still runs in it. A later
 * statement, including `rollback` and `commit`, would be written to a closed socket, which throws an exception that
 * can't be caught, or to a socket that another caller uses by now. So no statement is sent after the connection is
 * lost: those of `work` are rejected, and the result of `work` is discarded.
 * @param db of postgres.js, also behind a transaction pooler
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
        // Its error is reported at the end, so that no statement of `work` is running when the transaction ends.
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
          // A statement's error arrives slightly before the loss of its connection is detected.
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
      `the database responded to a COMMIT with ${command}: nothing of the transaction was stored; run it again`,
      { cause },
    )
  }
}

interface State {
  /** The connection is lost, or the transaction has ended. */
  isOver: boolean
  /** The first error of a statement. */
  failure: Error | undefined
}

/** Same as Drizzle's own `transaction`, whose types are wider. */
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

/** The part of a transaction's client that Drizzle uses. It sends nothing after the connection is lost. */
function guard(scope: postgres.TransactionSql, state: State): GuardedScope {
  return {
    unsafe(...statement) {
      if (state.isOver) return rejected()
      const query = scope.unsafe(...statement)
      query.catch((error: Error) => {
        state.failure ??= error
        // Connection errors have the system's error number, or one of postgres.js instead.
        if ('errno' in error) state.isOver = true
      })
      return query
    },
    savepoint: (work) => scope.savepoint((inner) => work(guard(inner, state))),
  }
}

/** Same interface as a postgres.js query whose rows are requested. */
function rejected(): unknown {
  const lost = Promise.reject(
    new DatabaseUnavailableError('the connection of the transaction was lost; nothing of it was stored'),
  )
  lost.catch(() => undefined)
  return Object.assign(lost, { values: () => lost })
}

/** Numbers are inlined, not parameters, so that the statement is sent in one part, immediately followed by the next. */
function setLimits(idleMs: number, wholeMs: number): SQL {
  // The role may have lower limits for other statements; these transactions are short and set their own.
  return fragment.raw(`select set_config('idle_in_transaction_session_timeout', '${idleMs}', true),
    set_config('statement_timeout', '${wholeMs}', true), set_config('lock_timeout', '${wholeMs}', true),
    case when current_setting('server_version_num')::int >= 170000
      then set_config('transaction_timeout', '${wholeMs}', true) end`)
}
