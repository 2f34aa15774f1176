import { integer, pgTable, text as textColumn } from 'drizzle-orm/pg-core'
import { defineModel } from './define-model.ts'
import { toMediaDocument, type MediaDocument } from './media-document.ts'
import { extension, mediaAnalysis, mediaProperties, text } from './media-mapping.ts'
import { mediaColumns, mediaSelection, saysMature } from './media-table.ts'

type ImageDocument = MediaDocument & {
  thumbnail?: string
  aspect_ratio?: 'tall' | 'wide' | 'square'
  size?: 'small' | 'medium' | 'large'
  extension?: string
}

const table = pgTable('image', {
  ...mediaColumns(),
  thumbnail: textColumn('thumbnail'),
  width: integer('width'),
  height: integer('height'),
})

export const image = defineModel({
  name: 'image',
  table,
  alsoMature: saysMature(table),
  selection: {
    ...mediaSelection(table),
    thumbnail: table.thumbnail,
    width: table.width,
    height: table.height,
  },
  toDocument(row) {
    const document: ImageDocument = toMediaDocument(row)
    const { thumbnail, width, height, url } = row
    if (thumbnail !== null) document.thumbnail = thumbnail
    if (width !== null && height !== null) {
      document.aspect_ratio = classifyShape(width, height)
      document.size = classifySize(width * height)
    }
    const ending = url === null ? undefined : readExtension(url)
    if (ending !== undefined) document.extension = ending
    return document
  },
  properties: {
    ...mediaProperties,
    thumbnail: text(),
    aspect_ratio: text(),
    size: text(),
    extension,
  },
  analysis: mediaAnalysis,
})

function classifyShape(width: number, height: number) {
  if (height > width) return 'tall'
  return height < width ? 'wide' : 'square'
}

function classifySize(pixels: number) {
  if (pixels < 640 * 480) return 'small'
  return pixels < 1600 * 900 ? 'medium' : 'large'
}

/** What follows the last dot, lower case; undefined when that is nothing, or no name's end but a path's. */
function readExtension(url: string): string | undefined {
  const dot = url.lastIndexOf('.')
  const ending = url.slice(dot + 1)
  return dot < 0 || ending === '' || ending.includes('/') ? undefined : ending.toLowerCase()
}
