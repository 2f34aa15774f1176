/** `fresh` within the model's target, `late` up to twice the target, then `stale`. */
export type Freshness = 'fresh' | 'late' | 'stale'

const staleFactor = 2

/**
 * How the age of the data of a live index compares with its model's target.
 *
 * @param asOf RFC 3339; null: unknown
 * @param targetSeconds `freshness_target_seconds` of the model
 * @param now milliseconds since 1970
 * @returns null if the model has no target, or the age is unknown
 * @example
 * freshnessOf('2026-11-24T00:00:00Z', 86_400, Date.parse('2026-11-25T06:00:00Z')) // 'late'
 */
export function freshnessOf(
  asOf: string | null,
  targetSeconds: number | null,
  now: number,
): Freshness | null {
  if (asOf === null || targetSeconds === null) return null
  const age = (now - Date.parse(asOf)) / 1000
  if (age <= targetSeconds) return 'fresh'
  return age <= targetSeconds * staleFactor ? 'late' : 'stale'
}

export const freshnessWords = { fresh: 'Fresh', late: 'Late', stale: 'Stale' } as const

export const freshnessTones = { fresh: 'good', late: 'warn', stale: 'bad' } as const
