import { z } from 'zod'

/** A row's id: a number, or decimal text beyond 2^53, where a JSON number would not be exact. */
export const wireIdSchema = z.union([z.int(), z.string().regex(/^-?\d{16,19}$/)])
export type WireId = z.infer<typeof wireIdSchema>

/** A row's id as JSON: a number up to 2^53 − 1 (also negative), beyond it decimal text. */
export function toWireId(id: bigint): WireId {
  const number = Number(id)
  return Number.isSafeInteger(number) ? number : id.toString()
}
