import { z } from 'zod'
import { unfilteredSuffixSchema } from '../../names.ts'

export function createFilteredIndexSchema(models: readonly string[]) {
  return z.strictObject({
    model: z.enum(models),
    action: z.literal('CREATE_AND_POPULATE_FILTERED_INDEX'),
    destination_index_suffix: unfilteredSuffixSchema,
    origin_index_suffix: unfilteredSuffixSchema.optional(),
  })
}
