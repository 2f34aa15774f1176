/** From `after` until just before `before`, RFC 3339 in UTC. */
export interface DateRange {
  after?: string | undefined
  before?: string | undefined
}

/**
 * The days that a month or a day has, in UTC; null: the text is neither.
 *
 * @example
 * readDateRange('2026-11') // { after: '2026-11-01T00:00:00.000Z', before: '2026-12-01T00:00:00.000Z' }
 */
export function readDateRange(text: string): Required<DateRange> | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text)?.map(Number) ?? []
  if (year === undefined || month === undefined) return null
  const hasDay = day !== undefined && !Number.isNaN(day)
  const start = new Date(Date.UTC(year, month - 1, hasDay ? day : 1))
  // 2026-13 and 2026-02-30 become other months.
  if (start.getUTCMonth() !== month - 1 || year < 1970) return null
  const end = hasDay ? Date.UTC(year, month - 1, day + 1) : Date.UTC(year, month, 1)
  return { after: start.toISOString(), before: new Date(end).toISOString() }
}
