import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import type { Phase } from '@ingestion-server/core'
import {
  execute,
  isConflict,
  type PlannedTransaction,
  type TaskWatch,
} from '@ingestion-server/core/testing/random-writers.ts'
import type { CommitLog } from './commit-log.ts'

/** Codes of postgres.js and SQLSTATEs for a Postgres that is unavailable, full or ends sessions. */
const lost = /^(CONNECT|CONNECTION_|ECONN|EPIPE|57P|53|08|25P|58|XX|40P01)/

/** The connection ended during a statement; the driver may never settle that statement. */
class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
  readonly code = 'CONNECTION_LOST'
}

/** A connection of a writer: a single one, never replaced during a transaction. */
interface WriterConnection {
  sql: postgres.ReservedSql
  run<Value>(statement: Promise<Value>): Promise<Value>
  close(): Promise<void>
}

async function openConnection(url: string): Promise<WriterConnection> {
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined)
  const client = postgres(url, {
    max: 1,
    prepare: false,
    connect_timeout: 5,
    onnotice: () => undefined,
    onclose: () => ended.reject(new ConnectionLostError('the connection ended')),
    connection: { TimeZone: 'UTC', application_name: 'writer' },
  })
  const run = <Value>(statement: Promise<Value>) => Promise.race([statement, ended.promise])
  // Delayed, because otherwise the driver's next write would be an error that nothing catches.
  const close = () => client.end({ timeout: 1 })
  try {
    const sql = await run(client.reserve())
    // Writers that wait for each other: one of them is soon rolled back.
    await run(sql`set deadlock_timeout = '10ms'`)
    return { sql, run, close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Runs transactions one after the other, repeatedly until the task has ended, whatever happens to Postgres
 * meanwhile: a lost transaction is given up, and the next one uses a new connection.
 *
 * @param url the current address of Postgres, without a proxy
 */
export async function writeThroughFaults(
  url: () => string,
  transactions: readonly PlannedTransaction[],
  log: CommitLog,
  task: TaskWatch,
): Promise<void> {
  let connection: WriterConnection | null = null
  for (let turn = 0; turn === 0 || !task.hasEnded(); turn++) {
    const planned = transactions[turn % transactions.length] as PlannedTransaction
    await delay(planned.waitMs)
    try {
      connection ??= await openConnection(url())
      await writeOne(connection, planned, log, task)
    } catch (error) {
      await connection?.close()
      connection = null
      if (!lost.test(String((error as { code?: unknown }).code))) throw error
      await delay(20)
    }
  }
  await connection?.close()
}

async function writeOne(
  { sql, run }: WriterConnection,
  planned: PlannedTransaction,
  log: CommitLog,
  task: TaskWatch,
): Promise<void> {
  await run(sql`begin`)
  try {
    for (const operation of planned.operations) {
      if (planned.savepoints) await run(sql`savepoint operation`)
      await run(execute(sql, operation, log.nextVersion()))
    }
    await pauseUntil(planned.holdUntil, task)
    if (planned.commits) await log.commit(sql, run)
    else await run(sql`rollback`)
  } catch (error) {
    if (!isConflict(error)) throw error
    await run(sql`rollback`)
  }
}

function pauseUntil(until: number | Phase | 'done', task: TaskWatch): Promise<void> {
  return typeof until === 'number' ? delay(until) : task.reached(until)
}
