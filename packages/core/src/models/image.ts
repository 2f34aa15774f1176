import { integer, text as textColumn } from 'drizzle-orm/pg-core'
import { catalogSchema, defaultSchema } from './catalog-schema.ts'
import { defineModel } from './define-model.ts'
import type { Model } from './model.ts'
import { computeMediaFields, type MediaFields } from './media-document.ts'
import { extension, mediaAnalysis, mediaProperties, text } from './media-mapping.ts'
import { mediaColumns, mediaFields } from './media-table.ts'
import { writeExtension } from '../documents/index.ts'

type ImageFields = MediaFields & {
  aspect_ratio?: 'tall' | 'wide' | 'square'
  size?: 'small' | 'medium' | 'large'
}

/** @param schema of Postgres that contains the table and its related tables */
export function createImageModel(schema: string): Model {
  const table = catalogSchema(schema).table('image', {
    ...mediaColumns(),
    thumbnail: textColumn('thumbnail'),
    width: integer('width'),
    height: integer('height'),
  })

  const media = mediaFields(table)

  return defineModel({
    name: 'image',
    table,
    ...media,
    copied: { ...media.copied, thumbnail: table.thumbnail },
    written: { ...media.written, extension: { source: table.url, write: writeExtension } },
    selection: { ...media.selection, width: table.width, height: table.height },
    compute(row, leftOut) {
      const fields: ImageFields = computeMediaFields(row, leftOut)
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
}

/**
 * The model of the table `image` in the default schema of the catalog; `createImageModel` is for another schema. Its
 * indices are named `image-<suffix>`.
 */
export const image = createImageModel(defaultSchema)

function classifyShape(width: number, height: number) {
  if (height > width) return 'tall'
  return height < width ? 'wide' : 'square'
}

function classifySize(pixels: number) {
  if (pixels < 640 * 480) return 'small'
  return pixels < 1600 * 900 ? 'medium' : 'large'
}
