import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'
import type { Row } from './define-model.ts'
import type { mediaSelection } from './media-table.ts'
import { rankAuthority, rankPopularity } from './rank-features.ts'
import { readTags, type Tag } from './tags.ts'

export type MediaRow = SelectResultFields<ReturnType<typeof mediaSelection>> & Pick<Row, 'id' | 'mature'>

/** The fields that the documents of every kind of media have. */
export type MediaDocument = {
  id: number
  identifier: string
  title?: string
  foreign_landing_url?: string
  /** At most 2,000 code points. */
  description?: string
  creator?: string
  creator_url?: string
  url?: string
  /** Lower case. */
  license?: string
  license_version?: string
  license_url?: string
  provider?: string
  source?: string
  category?: string
  /** ISO 8601 in UTC with six digits of a second's fraction: a Date would keep three. */
  created_on?: string
  /** Never empty. */
  tags?: Tag[]
  mature: boolean
  /** Above 0, at most 100, like all that follow. */
  standardized_popularity?: number
  authority_boost?: number
  max_boost: number
  min_boost: number
}

/**
 * The shared part of a document, to which a model adds its own fields. Always in the same order, and a field at a
 * time without spreads or loops: this runs for every row there is.
 */
export function toMediaDocument(row: MediaRow): MediaDocument {
  const popularity = rankPopularity(row.standardizedPopularity)
  const authority = rankAuthority(row.authorityBoost, row.provider)
  const document: MediaDocument = {
    id: row.id,
    identifier: row.identifier,
    mature: row.mature,
    max_boost: Math.max(popularity ?? 1, authority ?? 1),
    min_boost: Math.min(popularity ?? 1, authority ?? 1),
  }
  if (popularity !== undefined) document.standardized_popularity = popularity
  if (authority !== undefined) document.authority_boost = authority
  if (row.title !== null) document.title = row.title
  if (row.foreignLandingUrl !== null) document.foreign_landing_url = row.foreignLandingUrl
  if (row.description !== null) document.description = row.description
  if (row.creator !== null) document.creator = row.creator
  if (row.creatorUrl !== null) document.creator_url = row.creatorUrl
  if (row.url !== null) document.url = row.url
  if (row.license !== null) document.license = row.license.toLowerCase()
  if (row.licenseVersion !== null) document.license_version = row.licenseVersion
  if (row.licenseUrl !== null) document.license_url = row.licenseUrl
  if (row.provider !== null) document.provider = row.provider
  if (row.source !== null) document.source = row.source
  if (row.category !== null) document.category = row.category
  const createdOn = toCreatedOn(row.createdOn)
  if (createdOn !== undefined) document.created_on = createdOn
  const tags = readTags(row.tags)
  if (tags !== undefined) document.tags = tags
  return document
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
