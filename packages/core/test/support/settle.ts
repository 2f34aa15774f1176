import type postgres from 'postgres'
import { expect } from 'vitest'

/**
 * Waits until all transactions older than this moment have ended. A mark begins at the oldest transaction of the whole
 * Postgres, and other suites have open ones: until they end, all rows written meanwhile count as new.
 */
export async function settle(sql: postgres.Sql): Promise<void> {
  const [written] = await sql<{ xid: string }[]>`select pg_current_xact_id()::text as xid`
  const isSettled = async () => {
    const [row] = await sql<{ settled: boolean }[]>`
      select pg_snapshot_xmin(pg_current_snapshot()) > ${String(written?.xid)}::xid8 as settled`
    return row?.settled
  }
  await expect
    .poll(isSettled, { message: 'all older transactions have ended', interval: 50, timeout: 120_000 })
    .toBe(true)
}
