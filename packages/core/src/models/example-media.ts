import { pgTable } from 'drizzle-orm/pg-core'
import { defineModel } from './define-model.ts'
import { computeMediaFields } from './media-document.ts'
import { mediaColumns, mediaFields } from './media-table.ts'

const table = pgTable('media', mediaColumns())

/** For tests: a model with the fields that all media have. */
export const media = defineModel({
  name: 'media',
  table,
  ...mediaFields(table),
  compute: computeMediaFields,
  properties: {},
})
