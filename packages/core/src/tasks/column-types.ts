import { customType } from 'drizzle-orm/pg-core'

/**
 * Any JSON value, stored unchanged. Not Drizzle's `jsonb`: that parses a stored string a second time (drizzle-orm issue
 * 5485), and Postgres' jsonb refuses `\u0000` and lone surrogates, and reorders keys (PostgreSQL manual, 8.14). Type
 * `json` keeps the text; postgres.js parses it once. Only `wasLive` reads members in a query.
 */
export function exactJson<Data>(name: string) {
  return customType<{ data: Data; driverData: unknown }>({
    dataType: () => 'json',
    toDriver: (value) => JSON.stringify(value),
    // Only this folder writes the columns, from values of this type.
    fromDriver: (value) => value as Data,
  })(name)
}

/** A time as ISO 8601 in UTC with microseconds, which a Date would truncate. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  fromDriver: toIsoUtc,
})

/** A row's id as text: a signed 64-bit integer, more than a number can hold. */
export const bigintText = customType<{ data: string; driverData: string }>({ dataType: () => 'bigint' })

const postgresTimestamp = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d)(?::?(\d\d))?$/

/**
 * `2026-01-01 02:00:00.123456+02` → `2026-01-01T00:00:00.123456Z`. This is how Postgres writes a timestamptz with
 * DateStyle ISO; the offset is that of the connection's time zone.
 */
function toIsoUtc(text: string): string {
  const match = postgresTimestamp.exec(text)
  if (!match)
    throw new Error(
      `${text} is not a timestamp in the format of Postgres with DateStyle ISO; set DateStyle to ISO`,
    )
  const [, date, time, fraction = '', hours, minutes = '00'] = match
  // Offsets are whole minutes: the fraction of the second stays as it is.
  const seconds = new Date(`${date}T${time}${hours}:${minutes}`).toISOString().slice(0, 19)
  return `${seconds}${fraction}Z`
}
