import { drizzle } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { DatabaseUnavailableError } from '../errors.ts'
import { watchSilence, type CallWatch } from '../watch-silence.ts'
import type { Database } from '../database/index.ts'

export interface DatabaseWatch extends CallWatch {
  /** A statement is cancelled after this long without a row or a response, milliseconds. */
  limitMs: number
}

type Parameters = postgres.ParameterOrJSON<never>[]
type Query = postgres.PendingQuery<postgres.Row[]>

/**
 * Wraps a database so that its statements end when a signal aborts, and fail with DatabaseUnavailableError when
 * Postgres sends nothing for `limitMs`. Postgres is asked to cancel the statement too, which may fail.
 *
 * For statements outside of transactions: reading the catalog needs none.
 */
export function tieDatabase(db: Database, watch: DatabaseWatch): Database {
  let tied: Database | null = null
  const make = (): Database => {
    const client = new Proxy(db.$client, {
      get: (target, name) =>
        name === 'unsafe'
          ? (text: string, parameters?: Parameters, options?: postgres.UnsafeQueryOptions) =>
              tieQuery(() => target.unsafe(text, parameters, options), watch)
          : (Reflect.get(target, name, target) as unknown),
    })
    return drizzle(client)
  }
  // Created on first use: most time slices of a task don't read the catalog.
  return new Proxy(db, { get: (_, name) => Reflect.get((tied ??= make()), name) as unknown })
}

/** Implements the part of the postgres.js query interface that rows/ and Drizzle use. */
function tieQuery(start: () => Query, watch: DatabaseWatch) {
  watch.signal?.throwIfAborted()
  const query = start()
  let rows = 0
  let isOver = false
  let settled: Promise<unknown> | null = null

  function settle(): Promise<unknown> {
    settled ??= new Promise((resolve, reject) => {
      const { signal } = watch
      const giveUp = (error: Error) => {
        end()
        cancel(query)
        reject(error)
      }
      const onAbort = () => giveUp(signal?.reason as Error)
      const stopWatch = watchSilence(watch, {
        what: 'the database',
        limitMs: watch.limitMs,
        received: () => rows,
        onLimit: (reason) =>
          giveUp(
            new DatabaseUnavailableError(`${reason}; it is stopped or overloaded, or a table is locked`),
          ),
      })
      const end = () => {
        isOver = true
        stopWatch()
        signal?.removeEventListener('abort', onAbort)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      query.then(
        (result) => {
          end()
          resolve(result)
        },
        (error: Error) => {
          end()
          reject(error)
        },
      )
    })
    return settled
  }

  const tied = {
    raw() {
      void query.raw()
      return tied
    },
    values() {
      void query.values()
      return tied
    },
    forEach(onRow: (row: postgres.Row, result: unknown) => void) {
      void query.forEach((row, result) => {
        rows++
        // Discard rows that arrive after the query was given up.
        if (!isOver) onRow(row, result)
      })
      return tied
    },
    then: (...handlers: globalThis.Parameters<Promise<unknown>['then']>) => settle().then(...handlers),
    catch: (...handlers: globalThis.Parameters<Promise<unknown>['catch']>) => settle().catch(...handlers),
    finally: (...handlers: globalThis.Parameters<Promise<unknown>['finally']>) =>
      settle().finally(...handlers),
  }
  return tied as unknown as Query
}

/**
 * Cancels a statement over a separate connection. `Query.cancel` of postgres.js 3.4 does the same but does not handle
 * the rejection of that connection's promise: if it can't connect, the process exits.
 */
function cancel(query: Query): void {
  const internals = query as unknown as { canceller?: ((query: Query) => Promise<void>) | null }
  const { canceller } = internals
  internals.canceller = null
  canceller?.(query).catch(() => undefined)
}
