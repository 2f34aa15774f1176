import type { z } from 'zod'
import { createFilteredIndexSchema } from './create-filtered-index/request.ts'
import { createDeleteIndexSchema } from './delete-index/request.ts'
import type { ActionName } from './facts.ts'
import { createPointAliasSchema } from './point-alias/request.ts'
import { createReindexSchema } from './reindex/request.ts'

/** Creators of the schema of each action's `POST /task` body. Unknown fields are refused. */
export const requestSchemas = {
  REINDEX: createReindexSchema,
  CREATE_AND_POPULATE_FILTERED_INDEX: createFilteredIndexSchema,
  POINT_ALIAS: createPointAliasSchema,
  DELETE_INDEX: createDeleteIndexSchema,
} as const satisfies Record<ActionName, (models: readonly string[]) => z.ZodObject>

type Schemas = { [Name in ActionName]: ReturnType<(typeof requestSchemas)[Name]> }

/**
 * The schemas of `POST /task` bodies, one per action.
 *
 * @param models names of the models that the server knows, such as `image`
 */
export function createTaskRequestSchemas(models: readonly string[]): Schemas {
  const entries = Object.entries(requestSchemas).map(([name, create]) => [name, create(models)])
  return Object.fromEntries(entries) as Schemas // an entry for each name
}

export type RequestOf<Name extends ActionName> = z.infer<Schemas[Name]>
export type TaskRequest = { [Name in ActionName]: RequestOf<Name> }[ActionName]

export type ReindexRequest = RequestOf<'REINDEX'>
export type FilteredIndexRequest = RequestOf<'CREATE_AND_POPULATE_FILTERED_INDEX'>
export type PointAliasRequest = RequestOf<'POINT_ALIAS'>
export type DeleteIndexRequest = RequestOf<'DELETE_INDEX'>

export { maxFailedDocuments } from './reindex/request.ts'
