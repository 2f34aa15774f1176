import { auditWords } from '../audit-words.ts'
import type { AuditView } from '../route.ts'
import { auditOutcomes, withoutNul, type AuditFilter } from './audit.ts'

const dayMs = 86_400_000

/** The valid parameters of a URL's query; invalid ones are ignored, because users may edit the URL. */
export function readAuditView(query: URLSearchParams): AuditView {
  const text = (name: string) => withoutNul(query.get(name) ?? '').trim() || undefined
  const day = (name: string) => (toDate(text(name)) === undefined ? undefined : text(name))
  return {
    actor: text('actor'),
    action: Object.keys(auditWords).find((action) => action === text('action')),
    outcome: auditOutcomes.find((outcome) => outcome === text('outcome')),
    from: day('from'),
    to: day('to'),
  }
}

/** Days are those of UTC; the last one is included. */
export function toAuditFilter({ actor, action, outcome, from, to }: AuditView): AuditFilter {
  const last = toDate(to)
  return {
    actor,
    action,
    outcome: auditOutcomes.find((known) => known === outcome),
    from: toDate(from),
    to: last && new Date(last.getTime() + dayMs),
  }
}

function toDate(day: string | undefined): Date | undefined {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  const date = new Date(`${day}T00:00:00Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}
