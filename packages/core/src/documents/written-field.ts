import type { SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { JsonBytes } from './json-bytes.ts'

/** The selected values of a row, by name: columns or expressions. */
export type Selection = Readonly<Record<string, PgColumn | SQL>>

/** A field that is written from the bytes of a value, if there is one. */
export interface WrittenField {
  source: PgColumn | SQL
  write(value: Uint8Array, to: JsonBytes): Written
}

/**
 * Result of a field's writer: true for one JSON value, false for no value, `unreadable` for a value that can't be read,
 * `partly` for a value of which a part can't be read.
 */
export type Written = boolean | 'unreadable' | 'partly'

/** A JSON object whose members are selected individually, in a column that may contain other JSON. */
export interface PackedColumn {
  /** The column's name, used in `LeftOut` when it is unreadable. */
  name: string
  /** JSON text of a value that members can't be selected from; null for all others. */
  source: SQL
  /** The selected expression of each member, by key. */
  members: Readonly<Record<string, SQL>>
}
