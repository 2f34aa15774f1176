import { snakeCaseKeys } from '@ingestion-server/sdk'
import type { CliIo } from './cli-io.ts'
import { formatTable, type Row } from './table.ts'

/** Prints results: text for people, or JSON for programs. */
export interface Output {
  readonly json: boolean
  /** One document, or with one call for each of several, NDJSON: JSON in one line. */
  document(value: unknown): void
  line(text?: string): void
  /** Lines in columns; a header in the first of them, if any. */
  table(rows: readonly Row[]): void
  /** A message to the user, not part of the result. */
  note(text: string): void
}

export function createOutput({ stdout, stderr }: Pick<CliIo, 'stdout' | 'stderr'>, json: boolean): Output {
  const line = (text = '') => void stdout.write(`${printable(text)}\n`)
  return {
    json,
    document: (value) => void stdout.write(`${JSON.stringify(snakeCaseKeys(value))}\n`),
    line,
    table: (rows) => formatTable(rows).forEach(line),
    note: (text) => void stderr.write(`${printable(text)}\n`),
  }
}

/** Escapes control characters in text of the server, because they would control the terminal. Line breaks stay. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, '\u{FFFD}')
}
