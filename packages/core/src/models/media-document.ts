import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'
import type { LeftOut } from '../documents/index.ts'
import type { mediaFields } from './media-table.ts'
import { rankAuthority, rankPopularity } from './rank-features.ts'

export type MediaRow = SelectResultFields<ReturnType<typeof mediaFields>['selection']>

/** The computed fields of all kinds of media. */
export type MediaFields = {
  /** Above 0, at most 100; also the fields that follow. */
  standardized_popularity: number | undefined
  authority_boost: number | undefined
  max_boost: number
  min_boost: number
}

export function computeMediaFields(row: MediaRow, leftOut: LeftOut): MediaFields {
  const popularity = rankPopularity(row.standardizedPopularity)
  const authority = rankAuthority(row.authorityBoost, row.provider, leftOut)
  return {
    standardized_popularity: popularity,
    authority_boost: authority,
    max_boost: Math.max(popularity ?? 1, authority ?? 1),
    min_boost: Math.min(popularity ?? 1, authority ?? 1),
  }
}
