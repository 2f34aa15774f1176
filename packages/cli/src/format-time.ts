/** RFC 3339 to the second, in UTC: `2026-11-24 04:00:00Z`. */
export function formatTime(time: string): string {
  return time.replace('T', ' ').replace(/(?:\.\d+)?Z$/, 'Z')
}
