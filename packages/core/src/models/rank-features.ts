import { countLeftOut, type LeftOut, parseJson } from '../documents/index.ts'

const maxRankFeature = 100
/** Smallest normal 32-bit float: OpenSearch refuses a smaller rank_feature. */
const minRankFeature = 1.17549435e-38

const socialMedia = 75
const curated = 85
const culturalInstitution = 90

const boostByProvider: ReadonlyMap<string | null, number> = new Map([
  ['behance', socialMedia],
  ['deviantart', socialMedia],
  ['flickr', socialMedia],
  ['sketchfab', socialMedia],
  ['thingiverse', socialMedia],
  ['stocksnap', curated],
  ['brooklynmuseum', culturalInstitution],
  ['clevelandmuseum', culturalInstitution],
  ['digitaltmuseum', culturalInstitution],
  ['mccordsmuseum', culturalInstitution],
  ['met', culturalInstitution],
  ['museumsvictoria', culturalInstitution],
  ['rijksmuseum', culturalInstitution],
  ['smithsonian', culturalInstitution],
  ['svgsilh', culturalInstitution],
  ['thorvaldsensmuseum', culturalInstitution],
])

/** A valid rank_feature, at most 100; undefined for NaN and for values that are not above 0. */
function toRankFeature(value: number): number | undefined {
  return value >= minRankFeature ? Math.min(value, maxRankFeature) : undefined
}

/** @param popularity 0 to 1 */
export function rankPopularity(popularity: number | null): number | undefined {
  return popularity === null ? undefined : toRankFeature(popularity * 100)
}

/**
 * The row's own authority, or its provider's if the row has none.
 *
 * @param ownBoost JSON text of `meta_data.authority_boost`; null if that key is absent
 */
export function rankAuthority(
  ownBoost: string | null,
  provider: string | null,
  leftOut: LeftOut,
): number | undefined {
  if (ownBoost === null) return boostByProvider.get(provider)
  const boost = toNumber(parseJson(ownBoost))
  if (boost !== undefined) return toRankFeature(boost)
  if (ownBoost !== 'null') countLeftOut(leftOut, 'authority_boost')
  return undefined
}

/**
 * A decimal number with optional white space around it (a byte order mark is not white space). No two adjacent parts
 * match the same digits, otherwise a long run of digits would cause excessive backtracking.
 */
const decimalNumber = /^[^\S\ufeff]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[^\S\ufeff]*$/

/** The number that a JSON value is or spells; undefined if it is none or not finite. */
function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && decimalNumber.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
