import { is, SQL } from 'drizzle-orm'
import { PgColumn, PgTable } from 'drizzle-orm/pg-core'

export interface Sources {
  columns: PgColumn[]
  tables: PgTable[]
}

/** The columns and tables that an expression references. Names in raw SQL text are not found. */
export function listSources(source: unknown, found: Sources = { columns: [], tables: [] }): Sources {
  if (is(source, PgColumn)) found.columns.push(source)
  else if (is(source, PgTable)) found.tables.push(source)
  else if (is(source, SQL.Aliased)) listSources(source.sql, found)
  else if (is(source, SQL)) for (const chunk of source.queryChunks) listSources(chunk, found)
  else if (Array.isArray(source)) for (const part of source) listSources(part, found)
  return found
}
