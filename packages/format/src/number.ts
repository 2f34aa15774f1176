const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

/** 1234567 → 1,234,567 */
export function formatCount(value: number | bigint): string {
  return whole.format(value)
}

/** 1 → 1 document, 12345 → 12,345 documents */
export function formatDocuments(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'document' : 'documents'}`
}

/** 12345 → 12.3K, for axes and narrow columns. */
export function formatShort(value: number): string {
  return short.format(value)
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** With units of 1000: 1234567 → 1.2 MB */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  // 999.95 would be rounded to 1000.0.
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
