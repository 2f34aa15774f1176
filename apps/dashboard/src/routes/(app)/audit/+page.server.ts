import { auditVerb } from '#lib/server/audit-verb.ts'
import { readAuditView, toAuditFilter } from '#lib/server/audit-view.ts'
import { auditLog } from '#lib/server/services.ts'
import { requireRole } from '#lib/server/require-role.ts'
import type { PageServerLoad } from './$types'

const pageSize = 100

export const load: PageServerLoad = async (event) => {
  requireRole(event, 'admin')
  const query = event.url.searchParams
  const before = /^\d{1,15}$/.test(query.get('before') ?? '') ? Number(query.get('before')) : undefined
  const view = readAuditView(query)
  const { entries, nextBefore } = await auditLog.list({ ...toAuditFilter(view), before, pageSize })
  return { view, before, nextBefore, entries: entries.map((entry) => ({ ...entry, verb: auditVerb(entry) })) }
}
