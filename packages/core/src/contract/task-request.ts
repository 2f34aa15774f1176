import { z } from 'zod'
import { filteredEnding, indexSuffixSchema, unfilteredSuffixSchema } from './names.ts'

export const actionNames = [
  'REINDEX',
  'CREATE_AND_POPULATE_FILTERED_INDEX',
  'POINT_ALIAS',
  'DELETE_INDEX',
] as const
export type ActionName = (typeof actionNames)[number]

/**
 * How a REINDEX compares its index with the table before it ends: by number and checksums of ids (the default), or also
 * field by field.
 */
const verificationDepths = ['ids', 'documents'] as const

/** The most failed documents a task ever keeps; with one more it fails at once. */
export const maxFailedDocuments = 10_000

/**
 * The bodies of `POST /task`, one for each action. Unknown fields are refused.
 *
 * @param models names of the models that the server knows, such as `image`
 */
export function createTaskRequestSchemas(models: readonly string[]) {
  const model = z.enum(models)
  return {
    REINDEX: z.strictObject({
      model,
      action: z.literal('REINDEX'),
      index_suffix: unfilteredSuffixSchema.optional(),
      max_failed: z.int().min(0).max(maxFailedDocuments).optional(),
      verify: z.enum(verificationDepths).optional(),
      /** Share of the documents that are compared field by field, whatever `verify` says. */
      verify_sample: z.number().gt(0).max(1).optional(),
    }),
    CREATE_AND_POPULATE_FILTERED_INDEX: z.strictObject({
      model,
      action: z.literal('CREATE_AND_POPULATE_FILTERED_INDEX'),
      destination_index_suffix: unfilteredSuffixSchema,
      origin_index_suffix: unfilteredSuffixSchema.optional(),
    }),
    POINT_ALIAS: z
      .strictObject({
        model,
        action: z.literal('POINT_ALIAS'),
        index_suffix: indexSuffixSchema,
        alias: z.enum(models.flatMap((name) => [name, `${name}${filteredEnding}`])),
        allow_unfiltered: z.boolean().optional(),
        allow_unverified: z.boolean().optional(),
        allow_shrink: z.boolean().optional(),
        allow_changed: z.boolean().optional(),
      })
      .superRefine(({ model, alias }, context) => {
        const allowed = [model, `${model}${filteredEnding}`]
        if (!allowed.includes(alias)) {
          context.addIssue({
            code: 'custom',
            path: ['alias'],
            message: `must be "${allowed.join('" or "')}"`,
          })
        }
      }),
    DELETE_INDEX: z.strictObject({
      model,
      action: z.literal('DELETE_INDEX'),
      index_suffix: indexSuffixSchema,
    }),
  } as const
}

type Schemas = ReturnType<typeof createTaskRequestSchemas>
export type ReindexRequest = z.infer<Schemas['REINDEX']>
export type FilteredIndexRequest = z.infer<Schemas['CREATE_AND_POPULATE_FILTERED_INDEX']>
export type PointAliasRequest = z.infer<Schemas['POINT_ALIAS']>
export type DeleteIndexRequest = z.infer<Schemas['DELETE_INDEX']>
export type TaskRequest = ReindexRequest | FilteredIndexRequest | PointAliasRequest | DeleteIndexRequest
