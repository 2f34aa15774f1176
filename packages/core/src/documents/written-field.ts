import type { SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { JsonBytes } from './json-bytes.ts'

/** What is read of a row, by name: a column or an expression. */
export type Selection = Readonly<Record<string, PgColumn | SQL>>

/** A field that is written from the bytes of a value, where there is one. */
export interface WrittenField {
  source: PgColumn | SQL
  write(value: Uint8Array, to: JsonBytes): Written
}

/**
 * What a field's writer wrote: one JSON value; nothing, as there is none; nothing, as the value can't be read; or a part
 * of it, as the rest can't.
 */
export type Written = boolean | 'unreadable' | 'partly'

/** An object of JSON whose members are selected one by one, in a column that may hold other JSON. */
export interface PackedColumn {
  /** The column's name: what `LeftOut` calls it when it can't be read. */
  name: string
  /** JSON text of a value that members could not be selected from; null for all others. */
  source: SQL
  /** What is selected of each member, by its key. */
  members: Readonly<Record<string, SQL>>
}
