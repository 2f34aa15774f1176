import { exportAudit } from '#lib/server/export-audit.ts'
import { readAuditView, toAuditFilter } from '#lib/server/audit-view.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { auditLog } from '#lib/server/services.ts'
import type { RequestHandler } from './$types'

/** The filtered audit log as a file. */
export const GET: RequestHandler = (event) => {
  requireRole(event, 'admin')
  const query = event.url.searchParams
  const format = query.get('format') === 'ndjson' ? 'ndjson' : 'csv'
  return exportAudit(auditLog, toAuditFilter(readAuditView(query)), format)
}
