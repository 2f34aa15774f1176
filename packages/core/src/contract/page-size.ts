import { z } from 'zod'

/** A whole number, or decimal digits as in a query, where `0x10` and `1e2` are not accepted. */
export function wholeParameter(range: { min: number; max: number; default: number }) {
  const { min, max } = range
  return (
    z
      .union(
        [
          z.number(),
          z
            .string()
            .regex(/^\d{1,3}$/)
            .transform(Number),
        ],
        { error: `must be a whole number from ${min} to ${max}` },
      )
      .pipe(z.int().min(min).max(max))
      .default(range.default)
      // For JSON Schema, where a parameter has the type that it represents.
      .meta({ type: 'integer', minimum: min, maximum: max })
  )
}

/** Entries per page. */
export const pageSizeSchema = wholeParameter({ min: 1, max: 500, default: 50 })
