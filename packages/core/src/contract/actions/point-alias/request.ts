import { z } from 'zod'
import { filteredEnding, indexSuffixSchema } from '../../names.ts'

export function createPointAliasSchema(models: readonly string[]) {
  return z
    .strictObject({
      model: z.enum(models),
      action: z.literal('POINT_ALIAS'),
      index_suffix: indexSuffixSchema,
      alias: z.enum(models.flatMap(aliasesOf)),
      /** Moves `<model>-filtered` in the same step, to a filtered copy of the index. */
      with_filtered: z.boolean().optional(),
      /** Names that copy; absent: the newest one that was filtered from the index. */
      filtered_index_suffix: indexSuffixSchema.optional(),
      allow_unfiltered: z.boolean().optional(),
      allow_unverified: z.boolean().optional(),
      allow_shrink: z.boolean().optional(),
      allow_changed: z.boolean().optional(),
    })
    .superRefine(({ model, alias, with_filtered, filtered_index_suffix }, context) => {
      const allowed = with_filtered === true ? [model] : aliasesOf(model)
      if (!allowed.includes(alias)) {
        const condition = with_filtered === true ? ' if with_filtered is true' : ''
        const message = `must be "${allowed.join('" or "')}"${condition}`
        context.addIssue({ code: 'custom', path: ['alias'], message })
      }
      if (filtered_index_suffix !== undefined && with_filtered !== true) {
        const message = 'needs "with_filtered": true'
        context.addIssue({ code: 'custom', path: ['filtered_index_suffix'], message })
      }
    })
}

const aliasesOf = (model: string) => [model, `${model}${filteredEnding}`]
