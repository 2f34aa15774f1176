import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import type { Commit } from '@ingestion-server/core/testing/row-history.ts'

/** How long Postgres may be unavailable before the outcome of a commit has to be known. */
const resolveTimeoutMs = 120_000

/** The committed transactions of the writers, in order, with times: also those whose response was lost. */
export interface CommitLog {
  readonly commits: readonly Commit[]
  nextVersion(): number
  /**
   * Commits the open transaction of a connection; one commit at a time, so that their order is known.
   *
   * @param run returns the response of a statement, or throws if the connection is lost
   */
  commit(connection: postgres.Sql, run: <Value>(statement: Promise<Value>) => Promise<Value>): Promise<void>
}

/** @param admin a connection to the current Postgres */
export function createCommitLog(admin: () => postgres.Sql): CommitLog {
  const commits: Commit[] = []
  let version = 0
  let last: Promise<unknown> = Promise.resolve()
  return {
    commits,
    nextVersion: () => ++version,
    commit(connection, run) {
      const committing = last.then(async () => {
        const [{ xid }] = await run(connection<[{ xid: string }]>`select pg_current_xact_id()::text as xid`)
        try {
          await run(connection`commit`)
        } catch (error) {
          // Without a response the outcome is unknown. Postgres knows it.
          const committedBy = await resolveCommit(admin, xid)
          if (committedBy !== null) commits.push({ xid, committedBy })
          throw error
        }
        commits.push({ xid, committedBy: await readClock(admin) })
      })
      last = committing.catch(() => undefined)
      return committing
    },
  }
}

/** @returns the time by which it was committed; null: it was not */
async function resolveCommit(admin: () => postgres.Sql, xid: string): Promise<string | null> {
  const status = async () => {
    const [row] = await admin()<[{ status: string | null }]>`select pg_xact_status(${xid}::xid8) as status`
    return row.status
  }
  const giveUpAt = Date.now() + resolveTimeoutMs
  for (;;) {
    const found = await status().catch((error: unknown) => {
      if (Date.now() > giveUpAt) throw error
      return 'unknown'
    })
    if (found === 'committed') return readClock(admin)
    if (found === 'aborted') return null
    await delay(50)
  }
}

/** The database's clock, ISO 8601 with microseconds; waits until Postgres is available. */
async function readClock(admin: () => postgres.Sql): Promise<string> {
  const giveUpAt = Date.now() + resolveTimeoutMs
  for (;;) {
    try {
      const [{ now }] = await admin()<[{ now: string }]>`
        select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`
      return now
    } catch (error) {
      if (Date.now() > giveUpAt) throw error
      await delay(50)
    }
  }
}
