import type { Row } from './report.ts'

const barHeight = 18
const rowHeight = 26
const minLabelWidth = 230
/** Approximate width of a character of a label. */
const characterWidth = 6.5
const plotWidth = 380
const valueWidth = 90

/**
 * An SVG with a bar for each row of a table, legible in light and dark mode.
 *
 * @param column numbers, or texts that start with one
 * @returns null if no row has a number there
 */
export function plotBars(rows: readonly Row[], column: string): string | null {
  const bars = rows
    .map((row) => ({ label: String(Object.values(row)[0]), value: parseFloat(String(row[column])) }))
    .filter(({ value }) => Number.isFinite(value))
  if (bars.length === 0) return null
  const largest = Math.max(...bars.map(({ value }) => value))
  const longest = Math.max(...bars.map(({ label }) => label.length))
  const labelWidth = Math.max(minLabelWidth, Math.ceil(longest * characterWidth) + 16)
  const width = labelWidth + plotWidth + valueWidth
  const height = (bars.length + 1) * rowHeight
  const shapes = bars.map(({ label, value }, index) => {
    const top = (index + 1) * rowHeight
    const middle = top + barHeight / 2 + 4
    const length = Math.max(1, (value / largest) * plotWidth)
    return [
      `<text x="${labelWidth - 8}" y="${middle}" text-anchor="end">${escapeXml(label)}</text>`,
      `<rect x="${labelWidth}" y="${top}" width="${length.toFixed(1)}" height="${barHeight}" rx="3" fill="#3b82c4"/>`,
      `<text x="${(labelWidth + length + 6).toFixed(1)}" y="${middle}">${value}</text>`,
    ].join('')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" font-family="sans-serif" font-size="13" fill="#808080" role="img">`,
    `<text x="${labelWidth}" y="16" font-weight="bold">${escapeXml(column)}</text>`,
    ...shapes,
    '</svg>',
    '',
  ].join('\n')
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
