import type postgres from 'postgres'
import { expect } from 'vitest'

/**
 * Waits until all transactions have ended that are older than this moment. A mark begins at the oldest one of the whole
 * Postgres, and other suites have theirs open: until then, all rows that were written meanwhile count as new.
 */
export async function settle(sql: postgres.Sql): Promise<void> {
  const [written] = await sql<{ xid: string }[]>`select pg_current_xact_id()::text as xid`
  const isSettled = async () => {
    const [row] = await sql<{ settled: boolean }[]>`
      select pg_snapshot_xmin(pg_current_snapshot()) > ${String(written?.xid)}::xid8 as settled`
    return row?.settled
  }
  await expect.poll(isSettled, { interval: 50, timeout: 120_000 }).toBe(true)
}
