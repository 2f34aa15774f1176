import { z } from 'zod'
import { indexSuffixSchema } from '../../names.ts'

export function createDeleteIndexSchema(models: readonly string[]) {
  return z.strictObject({
    model: z.enum(models),
    action: z.literal('DELETE_INDEX'),
    index_suffix: indexSuffixSchema,
  })
}
