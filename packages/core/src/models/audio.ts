import { sql } from 'drizzle-orm'
import { integer, jsonb, pgTable, text as textColumn } from 'drizzle-orm/pg-core'
import { defineModel } from './define-model.ts'
import { computeMediaFields, type MediaFields } from './media-document.ts'
import { extension, keyword, mediaAnalysis, mediaProperties, text } from './media-mapping.ts'
import {
  copiedMediaFields,
  mediaColumns,
  mediaSelection,
  saysMature,
  writtenMediaFields,
} from './media-table.ts'
import { isJsonObject, readJsonList } from './read-json.ts'

type AudioFields = MediaFields & {
  genres?: string[]
  length?: 'shortest' | 'short' | 'medium' | 'long'
  extension?: string | string[]
}

const table = pgTable('audio', {
  ...mediaColumns(),
  /** Bits a second. */
  bitRate: integer('bit_rate'),
  /** Hertz. */
  sampleRate: integer('sample_rate'),
  genres: textColumn('genres').array(),
  /** Milliseconds. */
  duration: integer('duration'),
  filetype: textColumn('filetype'),
  altFiles: jsonb('alt_files'),
})

export const audio = defineModel({
  name: 'audio',
  table,
  alsoMature: saysMature(table),
  copied: {
    ...copiedMediaFields(table),
    bit_rate: table.bitRate,
    sample_rate: table.sampleRate,
    duration: table.duration,
    filetype: table.filetype,
  },
  written: writtenMediaFields(table),
  selection: {
    ...mediaSelection(table),
    // As JSON: to read an array, a client has to ask each connection for the types of arrays.
    genres: sql<string | null>`to_json(${table.genres})::text`,
    duration: table.duration,
    filetype: table.filetype,
    altFiles: sql<string | null>`${table.altFiles}::text`,
  },
  compute(row) {
    const fields: AudioFields = computeMediaFields(row)
    const { genres, duration, filetype } = row
    if (genres !== null) fields.genres = readJsonList(genres).filter((genre) => typeof genre === 'string')
    if (duration !== null && duration !== 0) fields.length = classifyLength(duration)
    const filetypes = readFiletypes(row.altFiles)
    if (filetypes.length > 0) fields.extension = filetypes
    else if (filetype !== null) fields.extension = filetype
    return fields
  },
  properties: {
    ...mediaProperties,
    bit_rate: { type: 'integer' },
    sample_rate: { type: 'integer' },
    genres: text(),
    duration: { type: 'integer' },
    length: keyword,
    filetype: keyword,
    extension,
  },
  analysis: mediaAnalysis,
})

/** @param duration milliseconds */
function classifyLength(duration: number) {
  if (duration < 30_000) return 'shortest'
  if (duration < 120_000) return 'short'
  return duration < 600_000 ? 'medium' : 'long'
}

/** The filetypes of a track's other files, in their order. @param altFiles JSON text */
function readFiletypes(altFiles: string | null): string[] {
  return readJsonList(altFiles)
    .map((file) => (isJsonObject(file) ? file['filetype'] : undefined))
    .filter((filetype) => typeof filetype === 'string')
}
