import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import { listSources } from './list-sources.ts'
import type { Selection } from '../documents/index.ts'

/**
 * A table whose rows affect a model's rows: a row of the model is read again when its row there has changed. Deletions
 * there can't be found in this way.
 */
export interface RelatedTable {
  /** Column of the other table that equals `column` of the model's table. */
  key: PgColumn
  column: PgColumn
  /** When a row there last changed, for databases where only such a column shows changes. */
  changedOn?: PgColumn | undefined
}

/** @throws RangeError for a table that is read but not declared: changes there would be missed */
export function requireDeclared(
  model: string,
  own: PgTable,
  related: readonly RelatedTable[],
  selection: Selection,
): void {
  const known = new Set<PgTable>([own, ...related.map(({ key }) => key.table)])
  const { columns, tables } = listSources(Object.values(selection))
  const undeclared = [...tables, ...columns.map(({ table }) => table)].find((table) => !known.has(table))
  if (!undeclared) return
  const { name } = getTableConfig(undeclared)
  throw new RangeError(
    `model ${model} reads table ${name} without declaring it; add its key to joined, so that changes there are found`,
  )
}
