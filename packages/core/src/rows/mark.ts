import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { DatabaseRefusedError } from '../errors.ts'
import { classifyDatabaseError } from './classify-database-error.ts'
import type { Model } from '../models/index.ts'
import type { Database } from '../database/index.ts'
import { readShape } from './relation-shape.ts'

/**
 * A point in the history of one database. Rows whose transaction id is at least `xid` were written by a transaction
 * that was still running then or started later.
 */
export const markSchema = z.object({
  /** `pg_snapshot_xmin`: every transaction below it had ended. 64 bits, as text. */
  xid: z.string().regex(/^\d{1,20}$/),
  /** OID of the model's table. It changes when the table is replaced under the same name. */
  tableOid: z.int(),
  database: z.string(),
  /** Distinguishes the database from another with the same name; null if it can't be read. */
  systemIdentifier: z.string().nullable(),
  /** The shape of the model's tables, see relation-shape.ts; null for marks of an earlier version. */
  shape: z.string().nullable().default(null),
  /** 8 hexadecimal digits. It changes with a failover, which may lose transactions; null if it can't be read. */
  timeline: z.string().nullable(),
})
export type Mark = z.infer<typeof markSchema>

const primaryTimeline = 'select left(pg_walfile_name(pg_current_wal_lsn()), 8) as value'
/** The timeline that the data files require. pg_rewind, which removes transactions, records the new timeline there. */
const standbyTimeline =
  "select lpad(upper(to_hex(min_recovery_end_timeline)), 8, '0') as value from pg_control_recovery()"

/** Microseconds, the resolution of Postgres; the milliseconds of `toISOString` are not enough. */
const isoUtc = sql.raw(`'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`)

/**
 * Records the current point in a database's history. Everything read afterwards includes all changes committed by
 * `asOf`.
 *
 * The clock is the database's. A standby contains what it has replayed, so `asOf` is the commit time of the last
 * replayed transaction there, even when the primary is idle: the position that the primary reports may be older than
 * the message that reports it. Null when a standby knows no such time.
 */
export async function readMark(
  db: Database,
  model: Model,
  tableOid: number,
): Promise<{ mark: Mark; asOf: string | null; isStandby: boolean }> {
  const [row] = await db.execute<{ xid: string; database: string; now: string; standby: boolean }>(sql`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xid, current_database()::text as database,
      pg_is_in_recovery() as standby, to_char(clock_timestamp() at time zone 'UTC', ${isoUtc}) as now`)
  const { xid, database, now, standby } = row as {
    xid: string
    database: string
    now: string
    standby: boolean
  }
  return {
    mark: {
      xid,
      tableOid,
      database,
      // After the transaction id: a table that is replaced in between is read in its new form.
      shape: await readShape(db, model),
      systemIdentifier: await readIfAllowed(
        db,
        'select system_identifier::text as value from pg_control_system()',
      ),
      timeline: await readIfAllowed(db, standby ? standbyTimeline : primaryTimeline),
    },
    asOf: standby ? await readReplayedUpTo(db, now) : now,
    isStandby: standby,
  }
}

/**
 * Whether a mark can be compared with the rows of a database as it is now: recorded in the same database, of the same
 * tables with the same columns, and recently enough that the 32 bits of a transaction id in a row have not wrapped
 * around.
 */
export function isComparable(mark: Mark, now: Mark): boolean {
  const isSame = (name: 'systemIdentifier' | 'timeline' | 'shape') =>
    mark[name] === null || now[name] === null || mark[name] === now[name]
  return (
    mark.tableOid === now.tableOid &&
    mark.database === now.database &&
    isSame('systemIdentifier') &&
    isSame('timeline') &&
    isSame('shape') &&
    BigInt(now.xid) >= BigInt(mark.xid)
  )
}

/** Null when the role lacks the right or the Postgres service does not support it. */
async function readIfAllowed(db: Database, statement: string): Promise<string | null> {
  try {
    const [row] = await db.execute<{ value: string | null }>(sql.raw(statement))
    return row?.value ?? null
  } catch (error) {
    if (classifyDatabaseError(error) instanceof DatabaseRefusedError) return null
    throw error
  }
}

/** The time up to which a standby has replayed everything, ISO 8601; never later than its clock. */
async function readReplayedUpTo(db: Database, now: string): Promise<string | null> {
  const known = [
    await readIfAllowed(db, toText('pg_last_xact_replay_timestamp()', '')),
    // Before anything was replayed: the time of the backup that the standby was created from.
    await readIfAllowed(db, toText('checkpoint_time', 'from pg_control_checkpoint()')),
  ].filter((moment) => moment !== null)
  const latest = known.sort().at(-1)
  return latest === undefined ? null : latest < now ? latest : now
}

function toText(moment: string, from: string): string {
  return `select to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as value ${from}`
}
