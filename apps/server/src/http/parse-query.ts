import { describeParameterIssue, toInputErrors, toPointer, type InputError } from '@ingestion-server/core'
import { z } from 'zod'
import { InvalidRequestError } from './request-errors.ts'

/**
 * The query of a URL by a schema.
 *
 * @throws InvalidRequestError with everything that is wrong; pointers are `/query/<parameter>`
 */
export function parseQuery<Output>(url: string, schema: z.ZodType<Output>): Output {
  const { searchParams } = new URL(url)
  const errors: InputError[] = [...new Set(searchParams.keys())].flatMap((name) => {
    const values = searchParams.getAll(name)
    if (values.length > 1) return [{ pointer: toPointer(['query', name]), detail: 'is given more than once' }]
    // Postgres has no null character in its texts.
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

/** `true` or `false` in so many letters: a flag must not be misread. */
export const booleanParameter = z
  .stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' })
  // For JSON Schema, where a parameter has the type that it stands for.
  .meta({ type: 'boolean' })

/** For requests that take no parameters: one that is not known must not be passed over, `dry_run` least of all. */
export const noQuerySchema = z.strictObject({})
