import { IngestionError } from './errors.ts'

/** The model reads columns that a table lacks. */
export class ColumnMissingError extends IngestionError {
  override readonly name = 'ColumnMissingError'
  readonly code = 'column_missing'
  constructor(table: string, columns: readonly string[]) {
    super(
      `${table} has no ${columns.length === 1 ? 'column' : 'columns'} ${columns.join(', ')}, which the model reads; ` +
        'add them, or check that DATABASE_URL names the right database',
      { details: { table, columns } },
    )
  }
}

/** A table can't be read as its model requires, because of the type of its ids, a missing index, or a column's type. */
export class TableUnusableError extends IngestionError {
  override readonly name = 'TableUnusableError'
  readonly code = 'table_unusable'
  /** @param details.help what to do about it: a sentence or a statement */
  constructor(table: string, reason: string, details: { help: string; column?: string; type?: string }) {
    super(`${table} can't be indexed: ${reason}; ${details.help}`, { details: { table, ...details } })
  }
}
