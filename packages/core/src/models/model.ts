import type { SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { DocumentWriter } from '../documents/index.ts'
import type { RelatedTable } from './related-table.ts'

/** The columns that every model's table has. */
export type ModelTable = PgTable & {
  /** smallint, integer or bigint. */
  id: PgColumn
  identifier: PgColumn
  /** When a row last changed; used only if the table is a view or a foreign table, which have no `xmin`. */
  updatedOn?: PgColumn
  removedFromSource: PgColumn
}

/** A table that lists rows of a model by identifier, such as `api_deletedimage`. */
export type IdentifierTable = PgTable & { identifier: PgColumn; createdOn: PgColumn }

/** A field of an index mapping, as OpenSearch takes it. */
export type FieldMapping = Readonly<Record<string, unknown>>

/** A kind of row that indices are built from. */
export interface Model extends DocumentWriter {
  /** Names the table, is the prefix of its index names (`image-<suffix>`), and is its default alias. */
  readonly name: string
  readonly table: ModelTable
  /** Rows that become no document: `api_deleted<name>`. */
  readonly deleted: IdentifierTable
  /** Rows that are mature regardless of their own columns: `api_mature<name>`. */
  readonly mature: IdentifierTable
  /** All other tables that its documents depend on: `deleted`, `mature` and joined ones. */
  readonly related: readonly RelatedTable[]
  /** True for a mature row, otherwise false, never null. For statements on `table` without an alias. */
  readonly isMature: SQL<boolean>
  /** True for a row listed in `deleted`, otherwise false, never null. For statements on `table` without an alias. */
  readonly isDeleted: SQL<boolean>
  readonly mappings: { readonly dynamic: false; readonly properties: Readonly<Record<string, FieldMapping>> }
  /** The index setting `analysis`. */
  readonly analysis: Readonly<Record<string, unknown>>
}
