import { pgTable } from 'drizzle-orm/pg-core'
import { defineModel } from './define-model.ts'
import { computeMediaFields } from './media-document.ts'
import { mediaColumns, mediaFields } from './media-table.ts'

const table = pgTable('media', mediaColumns())

/** For tests: a model with what all media have, and no more. */
export const media = defineModel({
  name: 'media',
  table,
  ...mediaFields(table),
  compute: computeMediaFields,
  properties: {},
})
