import { readOverview } from '#lib/server/overview.ts'
import { requireRole } from '#lib/server/require-role.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const user = requireRole(event, 'viewer')
  return { overview: await readOverview(user.name) }
}
