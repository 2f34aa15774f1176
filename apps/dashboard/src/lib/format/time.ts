const steps = [
  { unit: 'second', seconds: 1 },
  { unit: 'minute', seconds: 60 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'day', seconds: 86_400 },
  { unit: 'month', seconds: 30 * 86_400 },
  { unit: 'year', seconds: 365 * 86_400 },
] as const

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** "3 min. ago", "in 2 hr.": in the largest unit with at least one. */
export function formatRelative(at: string | Date, now: number): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000)
  if (Math.abs(seconds) < 5) return 'just now'
  const step = steps.findLast((candidate) => Math.abs(seconds) >= candidate.seconds) ?? steps[0]
  return relative.format(Math.trunc(seconds / step.seconds), step.unit)
}

/** 2026-11-24 23:20:06 UTC: the same on the server and in every browser. */
export function formatAbsolute(at: string | Date): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

const local = new Intl.DateTimeFormat('en-CA', {
  dateStyle: 'short',
  timeStyle: 'medium',
  hourCycle: 'h23',
})

/** 2026-11-25 00:20:06, in the time zone of the browser; call it only there. */
export function formatLocal(at: string | Date): string {
  return local.format(new Date(at)).replace(', ', ' ')
}

/** Seconds between two times, or until now if the second is null. */
export function secondsBetween(from: string | Date, to: string | Date | null, now: number): number {
  const end = to === null ? now : new Date(to).getTime()
  return Math.max(0, (end - new Date(from).getTime()) / 1000)
}
