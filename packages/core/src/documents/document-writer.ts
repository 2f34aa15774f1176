import { is } from 'drizzle-orm'
import { PgColumn } from 'drizzle-orm/pg-core'
import type { JsonBytes } from './json-bytes.ts'
import type { PackedColumn, Selection, WrittenField } from './written-field.ts'
import { isEmpty, isJsonObject, splitMembers, unwrapJson } from './json-text.ts'
import {
  chooseDecoder,
  decodeText,
  idBytes,
  isMature,
  isMaturityUnreadable,
  wholeNumberTypes,
  type RawRow,
} from './raw-row.ts'
import { countLeftOut, type LeftOut } from './left-out.ts'

type Source = Selection[string]

/** Writes the documents of a model. */
export interface DocumentWriter {
  /** For `db.select(selection).from(table)`: describes each value of a `RawRow`. */
  readonly selection: Selection
  /**
   * Writes the document of a row: a JSON object on one line, fields in snake_case, without nulls. Never throws: an
   * unreadable value is omitted and counted in `leftOut`. An unreadable safety flag is true, and counted too.
   */
  writeDocument(row: RawRow, to: JsonBytes, leftOut: LeftOut): void
}

interface DocumentParts {
  /** The first values of every row, in the order of `basePositions`. */
  base: Selection
  copied: Selection
  written: Readonly<Record<string, WrittenField>>
  packed: readonly PackedColumn[]
  selection: Selection
  compute: ((row: object, leftOut: LeftOut) => Readonly<Record<string, unknown>>) | undefined
}

const encoder = new TextEncoder()
const opening = encoder.encode('{"id":')
const closing = encoder.encode('}')
const maturity = { true: encoder.encode(',"mature":true'), false: encoder.encode(',"mature":false') }

const textTypes = new Set(['text', 'varchar', 'uuid'])

/**
 * Creates the writer of a model's documents and its selection, which has each source once, even if several fields use
 * it.
 */
export function createDocumentWriter(parts: DocumentParts): DocumentWriter {
  const { base, copied, compute } = parts
  const selection: Record<string, Source> = { ...base }
  const positions = new Map(Object.values(base).map((source, position) => [source, position]))
  const sources = [
    ...Object.entries(copied),
    ...Object.entries(parts.written).map(([name, { source }]) => [name, source] as const),
    ...Object.entries(parts.selection),
    ...parts.packed.map(({ name, source }) => [name, source] as const),
  ]
  for (const [name, source] of sources) {
    if (positions.has(source)) continue
    // If another source has the name, this one needs only a unique label.
    selection[name in selection ? `${name}#${positions.size}` : name] = source
    positions.set(source, positions.size)
  }
  const positionOf = (source: Source) => positions.get(source) as number

  const packed = parts.packed.map(({ name, source, members }) => ({
    name,
    position: positionOf(source),
    members: Object.entries(members).map(([key, member]) => ({ key, position: positionOf(member) })),
  }))
  const copies = Object.entries(copied).map(([name, source]) => ({
    key: keyBytes(name),
    position: positionOf(source),
    isText: isText(name, source),
  }))
  const written = Object.entries(parts.written).map(([name, { source, write }]) => ({
    name,
    key: keyBytes(name),
    position: positionOf(source),
    write,
  }))
  const view = createRowView(parts.selection, positionOf)
  const keys = new Map<string, Uint8Array>()

  function writeComputed(fields: Readonly<Record<string, unknown>>, to: JsonBytes): void {
    for (const name in fields) {
      const value = fields[name]
      if (value === undefined) continue
      let key = keys.get(name)
      if (!key) keys.set(name, (key = keyBytes(name)))
      to.append(key)
      to.appendValue(value)
    }
  }

  return {
    selection,
    writeDocument(row, to, leftOut) {
      let values = row
      for (const column of packed) {
        const json = values[column.position]
        if (json) values = unpack(values, decodeText(json), column, leftOut)
      }
      to.append(opening)
      to.append(idBytes(values))
      const mature = isMature(values)
      to.append(mature ? maturity.true : maturity.false)
      if (mature && isMaturityUnreadable(values)) countLeftOut(leftOut, 'mature')
      for (const { key, position, isText } of copies) {
        const value = values[position]
        if (!value) continue
        to.append(key)
        if (isText) to.appendString(value)
        else to.append(value)
      }
      for (const { name, key, position, write } of written) {
        const value = values[position]
        if (!value) continue
        const start = to.length
        to.append(key)
        const outcome = write(value, to)
        if (outcome === true) continue
        if (outcome !== 'partly') to.length = start
        if (outcome !== false) countLeftOut(leftOut, name)
      }
      if (compute) {
        view.values = values
        writeComputed(compute(view, leftOut), to)
      }
      to.append(closing)
    },
  }
}

interface PackedPositions {
  name: string
  members: readonly { key: string; position: number }[]
}

/** A row with the members of a value that Postgres could not extract. */
function unpack(row: RawRow, json: string, { name, members }: PackedPositions, leftOut: LeftOut): RawRow {
  const parsed = unwrapJson(json)
  if (!parsed || !isJsonObject(parsed.value)) {
    if (!parsed || !isEmpty(parsed.value)) countLeftOut(leftOut, name)
    return row
  }
  const texts = splitMembers(parsed.text)
  const unpacked = [...row]
  for (const { key, position } of members) {
    const text = texts.get(key)
    if (text !== undefined) unpacked[position] = encoder.encode(text)
  }
  return unpacked
}

function keyBytes(name: string): Uint8Array {
  return encoder.encode(`,${JSON.stringify(name)}:`)
}

/** @throws RangeError for a column whose text is neither a JSON string nor a JSON number */
function isText(name: string, source: Source): boolean {
  if (!is(source, PgColumn)) return true
  const type = source.getSQLType().replace(/\(.*/, '')
  if (textTypes.has(type)) return true
  if (wholeNumberTypes.has(type)) return false
  throw new RangeError(`a column of type ${type} can't be copied to the field ${name}; compute it`)
}

/**
 * An object with a property for everything in the selection. A property decodes its value of the current row, `values`,
 * when it is read. One object is reused for all rows.
 */
function createRowView(selection: Selection, positionOf: (source: Source) => number): { values: RawRow } {
  class RowView {
    values: RawRow = []
  }
  for (const [name, source] of Object.entries(selection)) {
    const position = positionOf(source)
    const decode = chooseDecoder(source)
    Object.defineProperty(RowView.prototype, name, {
      get(this: RowView) {
        const value = this.values[position]
        return value ? decode(value) : null
      },
    })
  }
  return new RowView()
}
