import type postgres from 'postgres'
import type { Commit } from '@ingestion-server/core/testing/row-history.ts'
import { until } from '@ingestion-server/core/testing/until.ts'

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
  const outcome = await untilAvailable(`the outcome of transaction ${xid}`, async () => {
    const [{ status }] = await admin()<[{ status: string | null }]>`
      select pg_xact_status(${xid}::xid8) as status`
    return status === 'committed' || status === 'aborted' ? status : null
  })
  return outcome === 'committed' ? readClock(admin) : null
}

/** The database's clock, ISO 8601 with microseconds; waits until Postgres is available. */
function readClock(admin: () => postgres.Sql): Promise<string> {
  return untilAvailable("the database's clock", async () => {
    const [{ now }] = await admin()<[{ now: string }]>`
      select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`
    return now
  })
}

/** Reads something from Postgres, which may be unavailable for a while. */
function untilAvailable(what: string, read: () => Promise<string | null>): Promise<string> {
  let lastError: unknown
  return until(
    () => `${what}; the last error is ${String(lastError)}`,
    () => read().catch((error: unknown) => void (lastError = error)),
    { timeoutMs: resolveTimeoutMs, intervalMs: 50 },
  )
}
