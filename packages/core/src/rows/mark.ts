import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { DatabaseRefusedError } from '../errors.ts'
import { classifyDatabaseError } from './classify-database-error.ts'
import type { Model } from '../models/index.ts'
import type { Database } from '../database/index.ts'
import { readShape } from './relation-shape.ts'

/**
 * A moment in the history of one database. Rows whose transaction id is not below `xid` were written by a transaction
 * that had not ended by then, or began later.
 */
export const markSchema = z.object({
  /** `pg_snapshot_xmin`: every transaction below it had ended. 64 bits, as text. */
  xid: z.string().regex(/^\d{1,20}$/),
  /** Of the model's table; another one under its name is another table. */
  tableOid: z.int(),
  database: z.string(),
  /** Distinguishes it from a copy of the same name; null where it can't be read. */
  systemIdentifier: z.string().nullable(),
  /** Of the tables that the model reads, see relation-shape.ts; null: noted by an earlier version. */
  shape: z.string().nullable().default(null),
  /** 8 hexadecimal digits. Another one follows a failover, by which transactions may be gone; null where it can't be read. */
  timeline: z.string().nullable(),
})
export type Mark = z.infer<typeof markSchema>

const primaryTimeline = 'select left(pg_walfile_name(pg_current_wal_lsn()), 8) as value'
/** The one that its files need; pg_rewind, after which they lack transactions, notes the new one there. */
const standbyTimeline =
  "select lpad(upper(to_hex(min_recovery_end_timeline)), 8, '0') as value from pg_control_recovery()"

/** Milliseconds of ISO 8601 are not enough: with microseconds, as Postgres has them. */
const isoUtc = sql.raw(`'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`)

/**
 * Notes where a database is in its history. What is read afterwards holds all that was committed by `asOf`.
 *
 * The clock is that of the database. A standby has what it has replayed, so there it is the commit time of the last
 * transaction that was replayed, also when the primary is idle and there is no more: what the primary says of the end of
 * its log may be older than the message that says it. Null when a standby knows no such time.
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
      // After the transaction id: what is exchanged in between is read as it is now.
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
 * Whether a mark can be compared with the rows of a database as it is now: noted in the same one, of the same tables
 * with the same columns, and not so long ago that transaction ids, of which a row keeps 32 bits, have come round.
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

/** Null when the role may not, or the service's Postgres can't. */
async function readIfAllowed(db: Database, statement: string): Promise<string | null> {
  try {
    const [row] = await db.execute<{ value: string | null }>(sql.raw(statement))
    return row?.value ?? null
  } catch (error) {
    if (classifyDatabaseError(error) instanceof DatabaseRefusedError) return null
    throw error
  }
}

/** The moment up to which a standby has everything, ISO 8601; never later than its clock. */
async function readReplayedUpTo(db: Database, now: string): Promise<string | null> {
  const known = [
    await readIfAllowed(db, toText('pg_last_xact_replay_timestamp()', '')),
    // Before anything was replayed: the backup that the standby was made from.
    await readIfAllowed(db, toText('checkpoint_time', 'from pg_control_checkpoint()')),
  ].filter((moment) => moment !== null)
  const latest = known.sort().at(-1)
  return latest === undefined ? null : latest < now ? latest : now
}

function toText(moment: string, from: string): string {
  return `select to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as value ${from}`
}
