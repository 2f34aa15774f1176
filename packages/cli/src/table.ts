import { formatCount } from '@ingestion-server/format'
import stringWidth from 'string-width'

/** Cells of a line; numbers are right-aligned. */
export type Row = readonly (string | number)[]

const gap = '  '

/** Lines with their cells below each other. */
export function formatTable(rows: readonly Row[]): string[] {
  const texts = rows.map((row) => row.map(toText))
  const widths: number[] = []
  for (const row of texts) {
    row.forEach((text, column) => (widths[column] = Math.max(widths[column] ?? 0, stringWidth(text))))
  }
  return texts.map((row, index) =>
    row
      .map((text, column) => {
        const padding = ' '.repeat((widths[column] ?? 0) - stringWidth(text))
        return typeof rows[index]?.[column] === 'number' ? padding + text : text + padding
      })
      .join(gap)
      .trimEnd(),
  )
}

function toText(cell: string | number): string {
  // A line break would break the table.
  return typeof cell === 'number' ? formatCount(cell) : cell.replaceAll('\n', ' ')
}
