import { makeDescription, makeTag } from './phrases.ts'
import type { Random } from './random.ts'

/** A value of a jsonb column: undefined is SQL NULL, null is JSON null. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json } | undefined

const licenseSite = 'https://creativecommons.org/licenses'
const authorityBoosts: Json[] = [60, '45', 0, -5, 150, 0.5, null, '', 'high', true]

/** meta_data as in real catalogs: usually an object, sometimes missing or of another shape. */
export function makeMetaData(random: Random, license: string, version: string): Json {
  if (random.chance(0.08))
    return random.pick<Json>([undefined, undefined, null, '', 'a plain string', {}, [], 7])
  const metaData: { [key: string]: Json } = {}
  if (random.chance(0.7)) metaData['description'] = random.chance(0.03) ? null : makeDescription(random)
  if (random.chance(0.6)) metaData['license_url'] = `${licenseSite}/${license}/${version}/`
  if (random.chance(0.02)) metaData['mature'] = random.chance(0.6)
  if (random.chance(0.04)) metaData['authority_boost'] = random.pick(authorityBoosts)
  if (random.chance(0.4)) {
    const likes = random.integer(0, 5000)
    metaData['popularity_metrics'] = {
      likes,
      views: likes * random.integer(1, 90),
      comments: random.integer(0, 80),
    }
  }
  return metaData
}

/** tags: usually a list of objects; some lists have other entries, or entries without a name. */
export function makeTags(random: Random, provider: string): Json {
  if (random.chance(0.25)) return undefined
  if (random.chance(0.07))
    return random.pick<Json>([{}, {}, [], null, 'landscape, water', { name: 'not a list' }])
  const tags: Json[] = Array.from({ length: random.integer(1, 9) }, () => makeTagObject(random, provider))
  if (random.chance(0.03))
    tags.push(random.pick<Json>([null, 'lone text', 12, [], {}, { provider }, { name: null }]))
  return tags
}

function makeTagObject(random: Random, provider: string): Json {
  const name = makeTag(random)
  if (random.chance(0.7)) return { name, provider }
  if (random.chance(0.02)) return { name, accuracy: null, provider: 'recognition' }
  return { name, accuracy: Math.round(random.next() * 1e5) / 1e5, provider: 'recognition' }
}
