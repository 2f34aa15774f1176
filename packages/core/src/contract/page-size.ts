import { z } from 'zod'

const entries = { min: 1, max: 500, default: 50 }

/** Entries per page: a number, or decimal digits as in a query, where `0x10` and `1e2` are not accepted. */
export const pageSizeSchema = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\d{1,3}$/)
        .transform(Number),
    ],
    {
      error: `must be a whole number from ${entries.min} to ${entries.max}`,
    },
  )
  .pipe(z.int().min(entries.min).max(entries.max))
  .default(entries.default)
  // For JSON Schema, where a parameter has the type that it represents.
  .meta({ type: 'integer', minimum: entries.min, maximum: entries.max })
