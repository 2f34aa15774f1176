import { requireRole } from '#lib/server/require-role.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = (event) => {
  requireRole(event, 'operator')
}
