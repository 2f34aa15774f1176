import { sql } from 'drizzle-orm'
import { integer, jsonb, text as textColumn } from 'drizzle-orm/pg-core'
import { catalogSchema, defaultSchema } from './catalog-schema.ts'
import { defineModel } from './define-model.ts'
import type { Model } from './model.ts'
import { computeMediaFields, type MediaFields } from './media-document.ts'
import { extension, keyword, mediaAnalysis, mediaProperties, text } from './media-mapping.ts'
import { mediaColumns, mediaFields } from './media-table.ts'
import { countLeftOut, isEmpty, isJsonObject, type LeftOut, unwrapJson } from '../documents/index.ts'

type AudioFields = MediaFields & {
  genres?: string[]
  length?: 'shortest' | 'short' | 'medium' | 'long'
  extension?: string | string[]
}

/** @param schema of Postgres that contains the table and its related tables */
export function createAudioModel(schema: string): Model {
  const table = catalogSchema(schema).table('audio', {
    ...mediaColumns(),
    /** Bits per second. */
    bitRate: integer('bit_rate'),
    /** Hertz. */
    sampleRate: integer('sample_rate'),
    genres: textColumn('genres').array(),
    /** Milliseconds. */
    duration: integer('duration'),
    filetype: textColumn('filetype'),
    altFiles: jsonb('alt_files'),
  })

  const media = mediaFields(table)

  return defineModel({
    name: 'audio',
    table,
    ...media,
    copied: {
      ...media.copied,
      bit_rate: table.bitRate,
      sample_rate: table.sampleRate,
      duration: table.duration,
      filetype: table.filetype,
    },
    selection: {
      ...media.selection,
      // As JSON: to read an array, a client must query the array types on each connection.
      genres: sql<string | null>`to_json(${table.genres})::text`,
      duration: table.duration,
      filetype: table.filetype,
      altFiles: sql<string | null>`${table.altFiles}::text`,
    },
    compute(row, leftOut) {
      const fields: AudioFields = computeMediaFields(row, leftOut)
      const { genres, duration, filetype } = row
      const ownGenres = readStrings(genres, 'genres', leftOut)
      if (ownGenres) fields.genres = ownGenres
      if (duration !== null && duration !== 0) fields.length = classifyLength(duration)
      const filetypes = readStrings(row.altFiles, 'extension', leftOut, readFiletype)
      if (filetypes) fields.extension = filetypes
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
}

/**
 * The model of the table `audio` in the default schema of the catalog; `createAudioModel` is for another schema. Its
 * indices are named `audio-<suffix>`.
 */
export const audio = createAudioModel(defaultSchema)

/** @param duration milliseconds */
function classifyLength(duration: number) {
  if (duration < 30_000) return 'shortest'
  if (duration < 120_000) return 'short'
  return duration < 600_000 ? 'medium' : 'long'
}

/**
 * The strings of a list, in order; undefined if there are none: the indices that are searched today have no empty
 * lists. A null entry is skipped, and any other non-string counts as unreadable.
 *
 * @param json JSON text
 * @param read extracts the relevant value of an entry
 */
function readStrings(
  json: string | null,
  field: string,
  leftOut: LeftOut,
  read: (entry: unknown) => unknown = (entry) => entry,
): string[] | undefined {
  // Most rows have none.
  if (json === null || json === '[]') return undefined
  const value = unwrapJson(json)?.value
  const values = Array.isArray(value) ? value.map(read).filter((each) => each !== null) : []
  const strings = values.filter((each) => typeof each === 'string')
  const isWhole = Array.isArray(value) ? strings.length === values.length : isEmpty(value)
  if (!isWhole) countLeftOut(leftOut, field)
  return strings.length > 0 ? strings : undefined
}

/** The type of one of a track's other files; null if it is not known. */
function readFiletype(file: unknown): unknown {
  if (isJsonObject(file)) return file['filetype'] ?? null
  return file === null ? null : undefined
}
