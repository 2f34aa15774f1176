import { Readable } from 'node:stream'
import type postgres from 'postgres'
import { makeAudioRow } from './audio-row.ts'
import { hasRows, listColumns, models, type Model } from './catalog-tables.ts'
import { withConnection } from './connect.ts'
import { copyInto } from './copy-into.ts'
import { makeImageRow } from './image-row.ts'
import { createRandom, type Random } from './random.ts'
import { makeTimestamp, type SampleRow, type Value } from './sample-row.ts'

const rowsPerChunk = 500
const deletedShare = 0.005
const matureShare = 0.01
const markedMs = Date.UTC(2024, 0, 1)
const makeRow = { image: makeImageRow, audio: makeAudioRow }

export interface SampleRowsOptions {
  /** Default 50,000. */
  images?: number
  /** Default 5,000. */
  audio?: number
  /** The same seed gives the same rows. Default 1. */
  seed?: number
  /** Called with a line for each table before it is filled. */
  onProgress?: ((message: string) => void) | undefined
}

/**
 * Fills the tables with generated rows that are as varied as real ones: many scripts, nulls, unusual jsonb, gaps
 * between ids; some removed, some deleted, some marked mature. OpenSearch accepts the documents of all of them. A table
 * with rows is not changed.
 *
 * @returns the models whose tables were filled
 */
export async function generateSampleRows(
  databaseUrl: string,
  { images = 50_000, audio = 5_000, seed = 1, onProgress }: SampleRowsOptions = {},
): Promise<Model[]> {
  const counts = { image: images, audio }
  return withConnection(databaseUrl, async (sql) => {
    const filled: Model[] = []
    for (const [index, model] of models.entries()) {
      if (await hasRows(sql, model)) continue
      onProgress?.(`Making ${counts[model].toLocaleString('en')} sample rows in table ${model}`)
      const random = createRandom(seed * models.length + index)
      await sql.begin((transaction) => fillTable(transaction, model, counts[model], random))
      filled.push(model)
    }
    return filled
  })
}

async function fillTable(sql: postgres.ISql, model: Model, count: number, random: Random): Promise<void> {
  const columns = listColumns(model)
  const marked: { deleted: SampleRow[]; mature: SampleRow[] } = { deleted: [], mature: [] }
  const rows = mark(makeRows(random, model, count), random, marked)
  await copyRows(sql, model, columns, rows)
  await copyRows(sql, `api_deleted${model}`, ['created_on', 'updated_on', 'identifier'], marked.deleted)
  await copyRows(sql, `api_mature${model}`, ['created_on', 'identifier'], marked.mature)
  await sql`analyze ${sql(model)}`
}

/** Ids start above 1 and have small and large gaps. */
function* makeRows(random: Random, model: Model, count: number): Generator<SampleRow> {
  let id = random.integer(1, 50)
  for (let made = 0; made < count; made += 1) {
    yield makeRow[model](random, id)
    id += random.chance(0.1) ? random.integer(2, 60) : 1
    if (random.chance(0.0002)) id += 20_000
  }
}

/** Yields the rows, and records which are deleted and which are mature. Some are both. */
function* mark(
  rows: Iterable<SampleRow>,
  random: Random,
  marked: { deleted: SampleRow[]; mature: SampleRow[] },
): Generator<SampleRow> {
  for (const row of rows) {
    const note = { created_on: makeTimestamp(random, markedMs), identifier: row['identifier'] }
    if (random.chance(deletedShare)) marked.deleted.push({ ...note, updated_on: note.created_on })
    if (random.chance(matureShare)) marked.mature.push(note)
    yield row
  }
}

async function copyRows(
  sql: postgres.ISql,
  table: string,
  columns: string[],
  rows: Iterable<SampleRow>,
): Promise<void> {
  await copyInto(sql, table, columns, Readable.from(encodeCsv(rows, columns)), { header: false })
}

function* encodeCsv(rows: Iterable<SampleRow>, columns: string[]): Generator<string> {
  let chunk = ''
  let inChunk = 0
  for (const row of rows) {
    chunk += `${columns.map((column) => encodeValue(row[column])).join(',')}\n`
    inChunk += 1
    if (inChunk === rowsPerChunk) {
      yield chunk
      chunk = ''
      inChunk = 0
    }
  }
  if (chunk !== '') yield chunk
}

/** NULL becomes empty, and all other text is quoted. */
function encodeValue(value: Value): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value)
}
