import { describeParameterIssue, toInputErrors, toPointer, type InputError } from '@ingestion-server/core'
import { z } from 'zod'
import { InvalidRequestError } from './request-errors.ts'

/**
 * Parses the query of a URL by a schema.
 *
 * @throws InvalidRequestError with all violations; pointers are `/query/<parameter>`
 */
export function parseQuery<Output>(url: string, schema: z.ZodType<Output>): Output {
  const { searchParams } = new URL(url)
  const errors: InputError[] = [...new Set(searchParams.keys())].flatMap((name) => {
    const values = searchParams.getAll(name)
    if (values.length > 1) return [{ pointer: toPointer(['query', name]), detail: 'is given more than once' }]
    // Postgres texts can't hold a null character.
    return values[0]?.includes('\0')
      ? [{ pointer: toPointer(['query', name]), detail: 'must not hold a null character' }]
      : []
  })

  const parsed = schema.safeParse(Object.fromEntries(searchParams), { error: describeParameterIssue })
  if (!parsed.success) {
    errors.push(
      ...parsed.error.issues.flatMap(toInputErrors).map(({ pointer, detail }) => ({
        pointer: `/query${pointer}`,
        detail,
      })),
    )
  }
  if (!parsed.success || errors.length > 0) throw new InvalidRequestError(errors)
  return parsed.data
}

/** Exactly `true` or `false`: a flag must not be misread. */
export const booleanParameter = z
  .stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' })
  // For JSON Schema, where a parameter has the type of its parsed value.
  .meta({ type: 'boolean' })

/** For requests without parameters: an unknown one must not be ignored, `dry_run` least of all. */
export const noQuerySchema = z.strictObject({})
