import type postgres from 'postgres'
import { expect } from 'vitest'

/** Waits until a standby has replayed everything that its primary has committed so far. */
export async function waitForReplay(onPrimary: postgres.Sql, onStandby: postgres.Sql): Promise<void> {
  const [row] = await onPrimary<{ lsn: string }[]>`select pg_current_wal_lsn()::text as lsn`
  const hasReplayed = async () => {
    const [found] = await onStandby<{ done: boolean }[]>`
      select pg_last_wal_replay_lsn() >= ${String(row?.lsn)}::pg_lsn as done`
    return found?.done
  }
  await expect.poll(hasReplayed, { message: 'the standby has replayed all' }).toBe(true)
}
