import { withoutNul } from '#lib/server/audit.ts'
import { auditLog } from '#lib/server/services.ts'
import { requireRole } from '#lib/server/require-role.ts'
import type { PageServerLoad } from './$types'

const pageSize = 100

export const load: PageServerLoad = async (event) => {
  requireRole(event, 'admin')
  const query = event.url.searchParams
  const actor = withoutNul(query.get('actor') ?? '').trim() || undefined
  const before = /^\d{1,15}$/.test(query.get('before') ?? '') ? Number(query.get('before')) : undefined
  return { actor, before, ...(await auditLog.list({ actor, before, pageSize })) }
}
