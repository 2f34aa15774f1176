import { JsonBytes, type LeftOut, type RawRow } from '../documents/index.ts'
import type { Model } from './model.ts'

const encoder = new TextEncoder()

/** For tests: the values of a row by their names in a model's selection. */
type ExampleRow = Readonly<Record<string, unknown>>

/** A row with a value for everything except what is null in `changes`. */
export function mediaRow(changes: ExampleRow = {}): ExampleRow {
  return {
    id: 7,
    mature: false,
    deleted: false,
    removedFromSource: false,
    identifier: '4bc43a04-ef46-4544-a0c1-63c63f56e276',
    title: 'Orava castle',
    foreign_landing_url: 'https://example.org/photo/7',
    description: '"A castle on a rock."',
    creator: 'Ana',
    creator_url: 'https://example.org/ana',
    url: 'https://example.org/7.jpg',
    license: 'by-sa',
    license_version: '4.0',
    license_url: '"https://creativecommons.org/licenses/by-sa/4.0/"',
    provider: 'flickr',
    source: 'flickr',
    category: 'photograph',
    created_on: '"2018-09-11T13:06:48.062657"',
    tags: '[{"name": "castle", "accuracy": 0.99603, "provider": "clarifai"}, {"name": "rock"}]',
    standardizedPopularity: 0.25,
    authorityBoost: null,
    ...changes,
  }
}

export function imageRow(changes: ExampleRow = {}): ExampleRow {
  return mediaRow({ thumbnail: 'https://example.org/7-small.jpg', width: 1024, height: 768, ...changes })
}

export function audioRow(changes: ExampleRow = {}): ExampleRow {
  return mediaRow({
    bit_rate: 128_000,
    sample_rate: 44_100,
    genres: '["rock","pop"]',
    duration: 177_000,
    filetype: 'mp3',
    altFiles: null,
    ...changes,
  })
}

/** The document that a model writes for a row. @param leftOut counts unreadable values */
export function documentOf(
  model: Model,
  row: ExampleRow,
  leftOut: LeftOut = new Map(),
): Record<string, unknown> {
  const json = new JsonBytes(1)
  model.writeDocument(toRawRow(model, row), json, leftOut)
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    json.bytes.subarray(0, json.length),
  )
  return JSON.parse(text) as Record<string, unknown>
}

/** Converts a row to the format that Postgres sends. */
export function toRawRow(model: Pick<Model, 'selection'>, row: ExampleRow): RawRow {
  const unknown = Object.keys(row).filter((name) => !(name in model.selection))
  if (unknown.length > 0) throw new Error(`not selected: ${unknown.join(', ')}`)
  return Object.keys(model.selection).map((name) => encode(row[name]))
}

function encode(value: unknown): Uint8Array | null {
  switch (typeof value) {
    case 'string':
      return encoder.encode(value)
    // JavaScript and Postgres write numbers in the same way, including NaN and Infinity.
    case 'number':
      return encoder.encode(String(value))
    case 'boolean':
      return encoder.encode(value ? 't' : 'f')
    default:
      return null
  }
}
