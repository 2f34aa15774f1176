import type { PgColumn } from 'drizzle-orm/pg-core'
import type { SQL } from 'drizzle-orm'

/** Values of a row as Postgres sends them, UTF-8, in the order of `Model.selection`; null for SQL null. */
export type RawRow = readonly (Uint8Array | null)[]

/** Positions of the first values of a row, the same for all models. */
const basePositions = { id: 0, mature: 1, deleted: 2, removedFromSource: 3 } as const

/** Types with whole numbers. */
export const wholeNumberTypes: ReadonlySet<string> = new Set(['integer', 'bigint', 'smallint'])

const digitZero = 0x30
const minus = 0x2d
const letterF = 0x66
const letterN = 0x6e
const letterT = 0x74
/** Below this many bytes a loop is faster than a call of the decoder. */
const shortLength = 24
// A byte order mark in a text is part of the text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The bytes of a row's id: digits, at most 64 bits. */
export function idBytes(row: RawRow): Uint8Array {
  // The primary key is never null.
  return row[basePositions.id] as Uint8Array
}

export function readId(row: RawRow): bigint {
  return BigInt(readIdText(row))
}

/** A row's id as text, which is the key of its document. */
export function readIdText(row: RawRow): string {
  return decodeText(idBytes(row))
}

function readWholeNumber(bytes: Uint8Array): number {
  const isNegative = bytes[0] === minus
  let number = 0
  for (let index = isNegative ? 1 : 0; index < bytes.length; index++) {
    number = number * 10 + (bytes[index] as number) - digitZero
  }
  return isNegative ? -number : number
}

/** The flag is `t` or `f`, or JSON text (`ModelDefinition.matureFlag`). Only `false` and `null` mean not mature. */
export function isMature(row: RawRow): boolean {
  const flag = row[basePositions.mature]
  return flag != null && flag[0] !== letterF && flag[0] !== letterN
}

/** Whether the flag of a mature row is unreadable. */
export function isMaturityUnreadable(row: RawRow): boolean {
  return !isTrue(row[basePositions.mature])
}

/** Why a row becomes no document; null if it becomes one. A row with both reasons counts as deleted. */
export function dropReason(row: RawRow): 'deleted' | 'removed_from_source' | null {
  if (isTrue(row[basePositions.deleted])) return 'deleted'
  return isTrue(row[basePositions.removedFromSource]) ? 'removed_from_source' : null
}

function isTrue(value: Uint8Array | null | undefined): boolean {
  return value?.[0] === letterT
}

/** The decoder for values in a model's `compute`: by the column's type; an expression is decoded as text. */
export function chooseDecoder(source: PgColumn | SQL): (value: Uint8Array) => unknown {
  if ('getSQLType' in source && wholeNumberTypes.has(source.getSQLType())) return readWholeNumber
  switch ('dataType' in source ? source.dataType : 'string') {
    case 'number':
      return (value) => Number(decodeText(value))
    case 'boolean':
      return isTrue
    default:
      return decodeText
  }
}

export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > shortLength) return decoder.decode(bytes)
  let text = ''
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number
    if (byte >= 0x80) return decoder.decode(bytes)
    text += String.fromCharCode(byte)
  }
  return text
}
