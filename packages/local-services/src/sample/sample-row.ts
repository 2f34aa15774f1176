import type { Json } from './odd-json.ts'
import { makeMetaData, makeTags } from './odd-json.ts'
import { makeName, makeTitle } from './phrases.ts'
import type { Random } from './random.ts'

/** A column value for COPY; undefined is NULL. */
export type Value = string | number | boolean | undefined

export type SampleRow = Record<string, Value>

const licenses = ['by', 'by-sa', 'by-nc', 'by-nd', 'by-nc-sa', 'by-nc-nd', 'cc0', 'pdm', 'BY-SA', 'sampling+']
const versions = ['1.0', '2.0', '2.5', '3.0', '4.0']
const firstDay = Date.UTC(2016, 0, 1)
const days = 2800
const dayMs = 86_400_000

/** Columns shared by images and audio. */
export function makeSharedColumns(
  random: Random,
  id: number,
  provider: string,
  extension: string,
): SampleRow {
  const license = random.pick(licenses)
  const version = random.pick(versions)
  const createdMs = firstDay + random.integer(0, days * dayMs)
  const updatedMs = createdMs + random.integer(0, 300 * dayMs)
  const foreignId = `${random.hex(10)}-${id}`
  return {
    id,
    created_on: makeTimestamp(random, createdMs),
    updated_on: makeTimestamp(random, updatedMs),
    identifier: makeUuid(random),
    provider,
    source: random.chance(0.9) ? provider : `${provider}_mirror`,
    foreign_identifier: foreignId,
    foreign_landing_url: `https://www.${provider}.example/item/${foreignId}`,
    url: makeUrl(random, provider, foreignId, extension),
    thumbnail: random.chance(0.4) ? `https://thumbs.${provider}.example/${foreignId}_s.jpg` : undefined,
    filesize: random.chance(0.2) ? random.integer(1, 2 ** 31 - 1) : undefined,
    license,
    license_version: version,
    creator: random.chance(0.05) ? '' : random.chance(0.05) ? undefined : makeName(random),
    creator_url: random.chance(0.5) ? `https://www.${provider}.example/people/${random.hex(6)}` : undefined,
    title: random.chance(0.03) ? undefined : random.chance(0.01) ? '' : makeTitle(random),
    last_synced_with_source: makeTimestamp(random, updatedMs),
    removed_from_source: random.chance(0.02),
    meta_data: toJson(makeMetaData(random, license, version)),
    view_count: random.chance(0.8) ? 0 : random.integer(1, 100_000),
    tags: toJson(makeTags(random, provider)),
    watermarked: random.chance(0.01) ? undefined : random.chance(0.02),
    standardized_popularity: makePopularity(random),
  }
}

export function toJson(value: Json): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}

/** With microseconds, which a Date lacks. */
export function makeTimestamp(random: Random, ms: number): string {
  const text = new Date(ms).toISOString().slice(0, -1)
  return random.chance(0.05)
    ? `${text.slice(0, 19)}+00`
    : `${text}${String(random.integer(0, 999)).padStart(3, '0')}+00`
}

function makeUuid(random: Random): string {
  const hex = random.hex(32)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

function makeUrl(random: Random, provider: string, foreignId: string, extension: string): string {
  const path = `https://media.${provider}.example/${foreignId.slice(0, 2)}/${foreignId}`
  if (random.chance(0.03)) return path // what follows the last dot holds a slash: no extension
  if (random.chance(0.01)) return `${path}.` // nothing follows it
  if (random.chance(0.01)) return `${path}.${extension}?size=1.5`
  return `${path}.${random.chance(0.05) ? extension.toUpperCase() : extension}`
}

function makePopularity(random: Random): number | undefined {
  if (random.chance(0.35)) return undefined
  if (random.chance(0.15)) return 0
  if (random.chance(0.01)) return random.pick([1, 1.2, 1e-9]) // at the limits of a rank feature, and beyond
  return random.next() ** 3
}
