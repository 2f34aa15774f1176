import { sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { z } from 'zod'

/** A range of ids: above `after`, up to and including `end`. Null means unbounded on that side. */
export interface IdRange {
  after: bigint | null
  end: bigint | null
}

/** A range that is bounded above, so it can be read to its end. */
export interface ClosedRange extends IdRange {
  end: bigint
}

/** The range of a bigint column. */
export const smallestId = -(2n ** 63n)
export const largestId = 2n ** 63n - 1n

const shortestForm = /^(0|-?[1-9]\d{0,18})$/

/** Whether a text is an id as Postgres writes it: digits without leading zeros, at most 64 bits. */
export function isRowId(text: string): boolean {
  return shortestForm.test(text) && BigInt(text) >= smallestId && BigInt(text) <= largestId
}

/**
 * An id as stored in JSON: decimal text, because JSON numbers are exact only below 2^53. Earlier versions stored
 * numbers.
 */
export const rowIdSchema = z.codec(
  z.union([z.string().refine(isRowId, { error: 'must be a whole number of 64 bits' }), z.int()]),
  z.bigint(),
  { decode: (stored) => BigInt(stored), encode: (id) => id.toString() },
)

/** A range as stored in JSON: `parse` reads it, `encode` writes it. */
export const idRangeSchema = z.object({ after: rowIdSchema.nullable(), end: rowIdSchema.nullable() })
export const closedRangeSchema = z.object({ after: rowIdSchema.nullable(), end: rowIdSchema })

/**
 * An id as a parameter. It is cast to bigint for every column type: smaller integers are compared with it by operators
 * of the same operator family, so their index is used, and no id is out of range.
 */
export function idParameter(id: bigint): SQL {
  return sql`${id.toString()}::bigint`
}

/** Whether a column, or an expression of type bigint, is among ids. Uses one parameter for any number of ids. */
export function isAmong(column: PgColumn | SQL, ids: readonly bigint[]): SQL {
  return sql`${column} = any (string_to_array(${ids.join(',')}, ',')::bigint[])`
}
