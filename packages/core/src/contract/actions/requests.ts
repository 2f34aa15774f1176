import { z } from 'zod'
import { indexSuffixSchema, modelAliases, unfilteredSuffixSchema } from '../names.ts'
import { actionFacts, actionNames, type ActionName, type FieldFacts, type FieldKind } from './facts.ts'
import { checkPointAlias } from './point-alias-rules.ts'
import type { FieldValue, RequestOf } from './request-types.ts'

type RequestSchema<Name extends ActionName> = z.ZodObject<{
  [Field in keyof RequestOf<Name>]-?: z.ZodType<RequestOf<Name>[Field]>
}>

/** Rules for fields that depend on each other. */
const rules: { [Name in ActionName]?: (request: RequestOf<Name>, context: z.RefinementCtx) => void } = {
  POINT_ALIAS: checkPointAlias,
}

/**
 * The schemas of `POST /task` bodies, one per action, with the fields of its facts. Unknown fields are refused.
 *
 * @param models names of the models that the server knows, such as `image`
 */
export function createTaskRequestSchemas(models: readonly string[]) {
  const schemas = actionNames.map((name) => [name, createSchema(name, models)])
  return Object.fromEntries(schemas) as { [Name in ActionName]: RequestSchema<Name> } // one for each name
}

function createSchema(action: ActionName, models: readonly string[]): z.ZodType {
  const fields = Object.entries<FieldFacts>(actionFacts[action].fields).map(([name, field]) => {
    const schema = createFieldSchema(field, models)
    return [name, field.isRequired || field.kind === 'alias' ? schema : schema.optional()]
  })
  const schema = z.strictObject({
    model: z.enum(models),
    action: z.literal(action),
    ...(Object.fromEntries(fields) as Record<string, z.ZodType>),
  })
  const check = rules[action] as ((request: unknown, context: z.RefinementCtx) => void) | undefined
  return check === undefined ? schema : schema.superRefine(check)
}

function createFieldSchema(field: FieldFacts, models: readonly string[]): z.ZodType {
  if (typeof field.kind !== 'string') return z.enum(field.kind)
  return kindSchemas[field.kind](field, models)
}

const kindSchemas: {
  [Kind in Extract<FieldKind, string>]: (
    field: FieldFacts,
    models: readonly string[],
  ) => z.ZodType<FieldValue<Kind>>
} = {
  'new suffix': () => unfilteredSuffixSchema,
  suffix: ({ isUnfiltered = false }) => (isUnfiltered ? unfilteredSuffixSchema : indexSuffixSchema),
  'copy suffix': () => indexSuffixSchema,
  alias: (_, models) => z.enum(models.flatMap(modelAliases)),
  count: ({ maximum = Number.MAX_SAFE_INTEGER }) => z.int().min(0).max(maximum),
  share: () => z.number().gt(0).max(1),
  flag: () => z.boolean(),
}
