import type { CatchUpMethod } from '../contract/index.ts'
import type { Model } from '../models/index.ts'
import type { CatalogFacts, RelationFacts } from './catalog-facts.ts'

/**
 * How changes of a model's tables are found: of its own table, and of the related tables in the order of
 * `Model.related`.
 */
export interface CatchUpMethods {
  table: CatchUpMethod
  related: readonly CatchUpMethod[]
}

/** Prefers transaction ids; otherwise uses the change column that the model names, if the table has it. */
export function chooseCatchUp(model: Model, { table, related }: CatalogFacts): CatchUpMethods {
  return {
    table: choose(table, model.table.updatedOn?.name),
    related: related.map((facts, position) => choose(facts, model.related[position]?.changedOn?.name)),
  }
}

function choose({ hasTransactionIds, columns }: RelationFacts, column: string | undefined): CatchUpMethod {
  if (hasTransactionIds) return 'transaction_id'
  return column !== undefined && columns.has(column) ? 'change_column' : 'none'
}

/** The method for all tables of a model together: the least reliable of theirs. */
export function leastReliable({ table, related }: CatchUpMethods): CatchUpMethod {
  const methods = [table, ...related]
  if (methods.includes('none')) return 'none'
  return methods.includes('change_column') ? 'change_column' : 'transaction_id'
}

/** Warnings about changes that are missed in tables without transaction ids. */
export function warnOfCatchUp({ table, related }: CatalogFacts, methods: CatchUpMethods): string[] {
  return [table, ...related].flatMap(({ name, kind }, position) => {
    const method = [methods.table, ...methods.related][position]
    if (method === 'transaction_id') return []
    const why = `${name} is a ${kind} and its rows have no transaction ids`
    return method === 'change_column'
      ? [
          `${why}: changes during the task are found by its change column, those that don't touch it are missed`,
        ]
      : [
          `${why}, nor a change column: changed rows during the task are missed, unless a document is missing or surplus`,
        ]
  })
}
