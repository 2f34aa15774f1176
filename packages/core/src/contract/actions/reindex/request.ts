import { z } from 'zod'
import { unfilteredSuffixSchema } from '../../names.ts'
import { verificationDepths } from './facts.ts'

/** Maximum number of failed documents stored per task; with one more it fails at once. */
export const maxFailedDocuments = 10_000

export function createReindexSchema(models: readonly string[]) {
  return z.strictObject({
    model: z.enum(models),
    action: z.literal('REINDEX'),
    index_suffix: unfilteredSuffixSchema.optional(),
    max_failed: z.int().min(0).max(maxFailedDocuments).optional(),
    verify: z.enum(verificationDepths).optional(),
    /** Share of the documents that are compared field by field, independent of `verify`. */
    verify_sample: z.number().gt(0).max(1).optional(),
  })
}
