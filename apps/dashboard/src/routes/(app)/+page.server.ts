import { readOverview } from '#lib/server/overview.ts'
import { ingestion } from '#lib/server/services.ts'
import { requireRole } from '#lib/server/require-role.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const user = requireRole(event, 'viewer')
  return { overview: await readOverview(ingestion.as(user.name)) }
}
