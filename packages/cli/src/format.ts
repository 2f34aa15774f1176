const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Decimal units: 12,345,678 is `12.3 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1_000 && unit < byteUnits.length - 1) {
    value /= 1_000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${byteUnits[unit]}`
}

/** The two largest units of a time in seconds: `3 s`, `2 min 5 s`, `1 h 30 min`, `2 d 4 h`. */
export function formatDuration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ] as const
  const parts: string[] = []
  let rest = Math.round(seconds)
  for (const [name, size] of units) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0 || (name === 's' && parts.length === 0)) parts.push(`${count} ${name}`)
    // The unit below the first one, or none: `1 h 5 s` would be more exact than the value.
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}

/** RFC 3339 to the second, in UTC: `2026-11-24 04:00:00Z`. */
export function formatTime(time: string): string {
  return time.replace('T', ' ').replace(/(?:\.\d+)?Z$/, 'Z')
}
