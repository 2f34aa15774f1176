import { eq, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { task } from '../schema.ts'
import type { Lease, Outage, Wait } from '../task-store.ts'
import { planWait } from '../wait.ts'
import { clock } from './database-clock.ts'
import { recordOutageEvent } from './events.ts'
import { lockHeldTask } from './leases.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export function setWaiting(db: PostgresJsDatabase, lease: Lease, outage: Outage): Promise<Wait> {
  return inTransaction(db, async (tx) => {
    const row = await lockHeldTask(tx, lease)
    const { waiting, wait } = planWait(outage, row.waiting, await readClockMs(tx))
    await tx.update(task).set({ waiting }).where(eq(task.id, row.id))
    if (row.waiting === null) await recordOutageEvent(tx, row, 'waiting', { waiting })
    return wait
  })
}

/** The database's clock, which all workers share; milliseconds since the epoch. */
async function readClockMs(tx: Transaction): Promise<number> {
  const [row] = await tx.execute<{ ms: number }>(
    sql`select extract(epoch from ${clock})::float8 * 1000 as ms`,
  )
  return Number(row?.ms)
}
