import { is } from 'drizzle-orm'
import { PgColumn } from 'drizzle-orm/pg-core'
import type { JsonBytes } from '../json-bytes.ts'
import type { Model, Selection, WrittenField } from './define-model.ts'
import { chooseDecoder, idBytes, isMature, wholeNumberTypes, type RawRow } from './raw-row.ts'

type Source = Selection[string]

interface DocumentParts {
  /** What every row has first, in the order of `basePositions`. */
  base: Selection
  copied: Selection
  written: Readonly<Record<string, WrittenField>>
  selection: Selection
  compute: ((row: object) => Readonly<Record<string, unknown>>) | undefined
}

const encoder = new TextEncoder()
const opening = encoder.encode('{"id":')
const closing = encoder.encode('}')
const maturity = { true: encoder.encode(',"mature":true'), false: encoder.encode(',"mature":false') }

const textTypes = new Set(['text', 'varchar', 'uuid'])

/** Makes the writer of a model's documents, and says what it reads: every source once, however often it is used. */
export function createDocumentWriter(parts: DocumentParts): Pick<Model, 'selection' | 'writeDocument'> {
  const { base, copied, compute } = parts
  const selection: Record<string, Source> = { ...base }
  const positions = new Map(Object.values(base).map((source, position) => [source, position]))
  const sources = [
    ...Object.entries(copied),
    ...Object.entries(parts.written).map(([name, { source }]) => [name, source] as const),
    ...Object.entries(parts.selection),
  ]
  for (const [name, source] of sources) {
    if (positions.has(source)) continue
    // A name that is taken already, by another source, is only a label here.
    selection[name in selection ? `${name}#${positions.size}` : name] = source
    positions.set(source, positions.size)
  }
  const positionOf = (source: Source) => positions.get(source) as number

  const copies = Object.entries(copied).map(([name, source]) => ({
    key: keyBytes(name),
    position: positionOf(source),
    isText: isText(name, source),
  }))
  const written = Object.entries(parts.written).map(([name, { source, write }]) => ({
    key: keyBytes(name),
    position: positionOf(source),
    write,
  }))
  const row = createRowView(parts.selection, positionOf)
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
    writeDocument(values, to) {
      to.append(opening)
      to.append(idBytes(values))
      to.append(isMature(values) ? maturity.true : maturity.false)
      for (const { key, position, isText } of copies) {
        const value = values[position]
        if (!value) continue
        to.append(key)
        if (isText) to.appendString(value)
        else to.append(value)
      }
      for (const { key, position, write } of written) {
        const value = values[position]
        if (!value) continue
        const start = to.length
        to.append(key)
        if (!write(value, to)) to.length = start
      }
      if (compute) {
        row.values = values
        writeComputed(compute(row), to)
      }
      to.append(closing)
    },
  }
}

function keyBytes(name: string): Uint8Array {
  return encoder.encode(`,${JSON.stringify(name)}:`)
}

/** @throws RangeError for a column whose text is neither a string of JSON nor a number of it */
function isText(name: string, source: Source): boolean {
  if (!is(source, PgColumn)) return true
  const type = source.getSQLType().replace(/\(.*/, '')
  if (textTypes.has(type)) return true
  if (wholeNumberTypes.has(type)) return false
  throw new RangeError(`a column of type ${type} can't be copied to the field ${name}; compute it`)
}

/**
 * An object with a property for everything that is selected, whose values are read when they are asked for, of the
 * row that `values` is set to. One is used for all rows.
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
