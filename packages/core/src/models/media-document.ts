import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'
import type { mediaSelection } from './media-table.ts'
import { rankAuthority, rankPopularity } from './rank-features.ts'

export type MediaRow = SelectResultFields<ReturnType<typeof mediaSelection>>

/** The fields that are computed for every kind of media. */
export type MediaFields = {
  /** Lower case. */
  license: string | undefined
  /** ISO 8601 in UTC with six digits of a second's fraction: a Date would keep three. */
  created_on: string | undefined
  /** Above 0, at most 100, like all that follow. */
  standardized_popularity: number | undefined
  authority_boost: number | undefined
  max_boost: number
  min_boost: number
}

export function computeMediaFields(row: MediaRow): MediaFields {
  const { license } = row
  const popularity = rankPopularity(row.standardizedPopularity)
  const authority = rankAuthority(row.authorityBoost, row.provider)
  return {
    license: license === null ? undefined : license.toLowerCase(),
    created_on: toCreatedOn(row.createdOn),
    standardized_popularity: popularity,
    authority_boost: authority,
    max_boost: Math.max(popularity ?? 1, authority ?? 1),
    min_boost: Math.min(popularity ?? 1, authority ?? 1),
  }
}

/**
 * A time with all six digits of its fraction, which Postgres cuts zeros off, and its offset.
 *
 * @param time JSON text of a timestamp in UTC: `"2018-09-11T13:06:48.0626"`, quotes included
 * @returns `2018-09-11T13:06:48.062600+00:00`; undefined for null, and for Postgres' "infinity" and years "BC"
 */
function toCreatedOn(time: string | null): string | undefined {
  if (time === null || !isDigit(time.charCodeAt(1)) || !isDigit(time.charCodeAt(time.length - 2)))
    return undefined
  const dot = time.indexOf('.')
  const withoutQuotes = time.slice(1, -1)
  // `dot` counts the quote before the year: it is where the fraction begins without it.
  return dot < 0 ? `${withoutQuotes}.000000+00:00` : `${withoutQuotes.padEnd(dot + 6, '0')}+00:00`
}

function isDigit(charCode: number): boolean {
  return charCode >= 48 && charCode <= 57
}
