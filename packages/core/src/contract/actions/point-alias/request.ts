import { z } from 'zod'
import { filteredEnding, indexSuffixSchema } from '../../names.ts'

export function createPointAliasSchema(models: readonly string[]) {
  return z
    .strictObject({
      model: z.enum(models),
      action: z.literal('POINT_ALIAS'),
      index_suffix: indexSuffixSchema,
      alias: z.enum(models.flatMap(aliasesOf)),
      allow_unfiltered: z.boolean().optional(),
      allow_unverified: z.boolean().optional(),
      allow_shrink: z.boolean().optional(),
      allow_changed: z.boolean().optional(),
    })
    .superRefine(({ model, alias }, context) => {
      const allowed = aliasesOf(model)
      if (allowed.includes(alias)) return
      context.addIssue({ code: 'custom', path: ['alias'], message: `must be "${allowed.join('" or "')}"` })
    })
}

const aliasesOf = (model: string) => [model, `${model}${filteredEnding}`]
