import { integer, pgTable, text as textColumn } from 'drizzle-orm/pg-core'
import { defineModel } from './define-model.ts'
import { computeMediaFields, type MediaFields } from './media-document.ts'
import { extension, mediaAnalysis, mediaProperties, text } from './media-mapping.ts'
import {
  copiedMediaFields,
  mediaColumns,
  mediaSelection,
  saysMature,
  writtenMediaFields,
} from './media-table.ts'
import { writeExtension } from './write-fields.ts'

type ImageFields = MediaFields & {
  aspect_ratio?: 'tall' | 'wide' | 'square'
  size?: 'small' | 'medium' | 'large'
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
  copied: { ...copiedMediaFields(table), thumbnail: table.thumbnail },
  written: { ...writtenMediaFields(table), extension: { source: table.url, write: writeExtension } },
  selection: { ...mediaSelection(table), width: table.width, height: table.height },
  compute(row) {
    const fields: ImageFields = computeMediaFields(row)
    const { width, height } = row
    if (width !== null && height !== null) {
      fields.aspect_ratio = classifyShape(width, height)
      fields.size = classifySize(width * height)
    }
    return fields
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
