import type { Random } from './random.ts'
import { makeSharedColumns, type SampleRow } from './sample-row.ts'

const providers = [
  'flickr',
  'flickr',
  'flickr',
  'behance',
  'deviantart',
  'wikimedia',
  'wikimedia',
  'geographorguk',
  'rijksmuseum',
  'met',
  'smithsonian',
  'clevelandmuseum',
  'stocksnap',
  'sketchfab',
  'nasa',
  'europeana',
]
const extensions = ['jpg', 'jpg', 'jpg', 'jpeg', 'png', 'gif', 'svg', 'webp', 'tiff']
const categories = ['photograph', 'illustration', 'digitized_artwork']
/** At the boundaries between sizes and aspect ratios, and with products beyond 32 bits. */
const edgeSizes = [
  [640, 480],
  [639, 480],
  [480, 640],
  [1600, 900],
  [1599, 900],
  [500, 500],
  [1, 1],
  [0, 0],
  [60_000, 70_000],
] as const

export function makeImageRow(random: Random, id: number): SampleRow {
  const extension = random.pick(extensions)
  return {
    ...makeSharedColumns(random, id, random.pick(providers), extension),
    ...makeSize(random),
    filetype: random.chance(0.3) ? extension : undefined,
    category: random.chance(0.2) ? random.pick(categories) : undefined,
  }
}

function makeSize(random: Random): { width: number | undefined; height: number | undefined } {
  if (random.chance(0.25)) return { width: undefined, height: undefined }
  if (random.chance(0.02)) return { width: random.integer(1, 4000), height: undefined }
  if (random.chance(0.05)) {
    const [width, height] = random.pick(edgeSizes)
    return { width, height }
  }
  return { width: random.integer(60, 6000), height: random.integer(60, 5000) }
}
