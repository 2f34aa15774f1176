import { sql } from 'drizzle-orm'
import { integer, jsonb, pgTable, text as textColumn } from 'drizzle-orm/pg-core'
import { defineModel } from './define-model.ts'
import { toMediaDocument, type MediaDocument } from './media-document.ts'
import { extension, keyword, mediaAnalysis, mediaProperties, text } from './media-mapping.ts'
import { mediaColumns, mediaSelection, saysMature } from './media-table.ts'
import { isJsonObject, readJsonList } from './read-json.ts'

type AudioDocument = MediaDocument & {
  /** Bits a second. */
  bit_rate?: number
  /** Hertz. */
  sample_rate?: number
  genres?: string[]
  /** Milliseconds. */
  duration?: number
  length?: 'shortest' | 'short' | 'medium' | 'long'
  filetype?: string
  extension?: string | string[]
}

const table = pgTable('audio', {
  ...mediaColumns(),
  bitRate: integer('bit_rate'),
  sampleRate: integer('sample_rate'),
  genres: textColumn('genres').array(),
  duration: integer('duration'),
  filetype: textColumn('filetype'),
  altFiles: jsonb('alt_files'),
})

export const audio = defineModel({
  name: 'audio',
  table,
  alsoMature: saysMature(table),
  selection: {
    ...mediaSelection(table),
    bitRate: table.bitRate,
    sampleRate: table.sampleRate,
    // As JSON: to read an array, a client has to ask each connection for the types of arrays.
    genres: sql<string | null>`to_json(${table.genres})::text`,
    duration: table.duration,
    filetype: table.filetype,
    altFiles: sql<string | null>`${table.altFiles}::text`,
  },
  toDocument(row) {
    const document: AudioDocument = toMediaDocument(row)
    const { bitRate, sampleRate, genres, duration, filetype } = row
    if (bitRate !== null) document.bit_rate = bitRate
    if (sampleRate !== null) document.sample_rate = sampleRate
    if (genres !== null) document.genres = readJsonList(genres).filter((genre) => typeof genre === 'string')
    if (duration !== null) {
      document.duration = duration
      if (duration !== 0) document.length = classifyLength(duration)
    }
    if (filetype !== null) document.filetype = filetype
    const filetypes = readFiletypes(row.altFiles)
    if (filetypes.length > 0) document.extension = filetypes
    else if (filetype !== null) document.extension = filetype
    return document
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
