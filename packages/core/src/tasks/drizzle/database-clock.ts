import { sql, type SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'

/**
 * Leases use the database's clock, the only one that all workers share. Not now(), which is the start of the
 * transaction, before it waited for a lock.
 */
export const clock = sql<string>`clock_timestamp()`

export function fromNow(ms: number): SQL<string> {
  return sql`${clock} + ${ms} * interval '1 millisecond'`
}

export function isFree(leaseUntil: AnyPgColumn): SQL {
  return sql`(${leaseUntil} is null or ${leaseUntil} <= ${clock})`
}

export function isHeld(leaseUntil: AnyPgColumn): SQL<boolean> {
  return sql<boolean>`coalesce(${leaseUntil} > ${clock}, false)`
}

/** Milliseconds until a time; negative when it has passed, null when there is none. */
export function msUntil(moment: AnyPgColumn | SQL): SQL<number | null> {
  return sql<number | null>`(extract(epoch from ${moment} - ${clock}) * 1000)::float8`
}
