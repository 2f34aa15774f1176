import { z } from 'zod'

/** A row's id: a number, or its digits where a number of JSON would not be exact, beyond 2^53. */
export const wireIdSchema = z.union([z.int(), z.string().regex(/^-?\d{16,19}$/)])
export type WireId = z.infer<typeof wireIdSchema>

export function toWireId(id: bigint): WireId {
  const number = Number(id)
  return Number.isSafeInteger(number) ? number : id.toString()
}
