import { describeParameterIssue, toInputErrors, toPointer, type InputError } from '@ingestion-server/core'
import { z } from 'zod'
import { InvalidRequestError } from './request-errors.ts'

/**
 * Parses the query of a URL by a schema. A parameter whose schema is an array may be repeated.
 *
 * @throws InvalidRequestError with all violations; pointers are `/query/<parameter>`
 */
export function parseQuery<Query extends z.ZodObject>(url: string, schema: Query): z.output<Query> {
  const { searchParams } = new URL(url)
  const names = [...new Set(searchParams.keys())]
  const errors: InputError[] = names.flatMap((name) => {
    const values = searchParams.getAll(name)
    const pointer = toPointer(['query', name])
    if (values.length > 1 && !isRepeatable(schema, name))
      return [{ pointer, detail: 'is given more than once' }]
    // Postgres texts can't hold a null character.
    return values.some((value) => value.includes('\0'))
      ? [{ pointer, detail: 'must not hold a null character' }]
      : []
  })

  const given = names.map((name) => [
    name,
    isRepeatable(schema, name) ? searchParams.getAll(name) : searchParams.getAll(name).at(-1),
  ])
  const parsed = schema.safeParse(Object.fromEntries(given), { error: describeParameterIssue })
  if (!parsed.success) {
    errors.push(
      ...parsed.error.issues
        // All values of a repeated parameter have its name.
        .map((issue) => ({ ...issue, path: issue.path.slice(0, 1) }))
        .flatMap(toInputErrors)
        .map(({ pointer, detail }) => ({ pointer: `/query${pointer}`, detail })),
    )
  }
  if (!parsed.success || errors.length > 0) throw new InvalidRequestError(errors)
  return parsed.data
}

function isRepeatable({ shape }: z.ZodObject, name: string): boolean {
  const schema: unknown = Object.hasOwn(shape, name) ? shape[name] : undefined
  return (schema instanceof z.ZodOptional ? schema.unwrap() : schema) instanceof z.ZodArray
}

/** Exactly `true` or `false`: a flag must not be misread. */
export const booleanParameter = z
  .stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' })
  // For JSON Schema, where a parameter has the type of its parsed value.
  .meta({ type: 'boolean' })

/** For requests without parameters: an unknown one must not be ignored, `dry_run` least of all. */
export const noQuerySchema = z.strictObject({})
