import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { sqlState } from '../../database/index.ts'
import { durationText } from '../../duration-text.ts'
import { DatabaseUnavailableError } from '../../errors.ts'
import type { ModelLock } from '../model-lock.ts'
import { lastAliasMove, recentAliasMoves, recordAliasMove } from './alias-moves.ts'
import { getIndexRecord, listFilteredCopies, removeIndexRecord } from './end-task.ts'
import { getTask } from './list-tasks.ts'
import { inTransaction, type Transaction } from './transaction.ts'

/** The first of an advisory lock's two keys: arbitrary, but the same in every process. */
const lockSpace = 731_864_502

/**
 * Limits for a holder of the lock: idle time beyond the longest OpenSearch call, and total time for several such calls.
 */
const limits = { idleMs: 30_000, wholeMs: 300_000 }

/** SQLSTATE lock_not_available: the error of a statement that exceeds `lock_timeout`. */
const lockNotAvailable = '55P03'

/**
 * A transaction that holds the advisory lock of a model. Postgres releases the lock at the end of the transaction,
 * however it ends. Models with the same hash share a lock, which only makes them wait for each other.
 */
export function withModelLock<Result>(
  db: PostgresJsDatabase,
  model: string,
  waitMs: number,
  run: (lock: ModelLock) => Promise<Result>,
): Promise<Result> {
  return inTransaction(
    db,
    async (tx, isOver) => {
      await takeLock(tx, model, waitMs)
      return run(createModelLock(tx, model, isOver))
    },
    limits,
  )
}

async function takeLock(tx: Transaction, model: string, waitMs: number): Promise<void> {
  // 0 means no limit.
  const limit = String(Math.max(1, Math.ceil(waitMs)))
  await tx.execute(sql`select set_config('lock_timeout', ${limit}, true)`)
  try {
    await tx.execute(sql`select pg_advisory_xact_lock(${lockSpace}, hashtext(${model}))`)
  } catch (error) {
    if (sqlState(error) !== lockNotAvailable) throw error
    throw new DatabaseUnavailableError(
      `aliases or indices of model ${model} are being changed by another task; waited ${durationText(waitMs)} for it`,
      { cause: error },
    )
  }
}

function createModelLock(tx: Transaction, model: string, isOver: () => boolean): ModelLock {
  const lost = (cause?: unknown) =>
    new DatabaseUnavailableError(`the lock on model ${model} was lost with its connection`, { cause })
  /** Another transaction may use the connection by now, and would appear to hold the lock. */
  const held = async <Result>(statement: () => Promise<Result>): Promise<Result> => {
    if (isOver()) throw lost()
    return statement()
  }
  return {
    get: (taskId) => held(() => getTask(tx, taskId)),
    getIndex: (uuid) => held(() => getIndexRecord(tx, uuid)),
    listFilteredCopies: (uuid) => held(() => listFilteredCopies(tx, uuid)),
    lastAliasMove: (alias) => held(() => lastAliasMove(tx, alias)),
    recentAliasMoves: (name, withinMs) => held(() => recentAliasMoves(tx, name, withinMs)),
    recordAliasMove: (move) => held(() => recordAliasMove(tx, move)),
    removeIndex: (uuid) => held(() => removeIndexRecord(tx, uuid)),
    assertHeld: () =>
      held(() =>
        tx.execute(sql`select 1`).then(
          () => undefined,
          (error: unknown) => {
            throw lost(error)
          },
        ),
      ),
  }
}
