import { error } from '@sveltejs/kit'
import { requireRole } from '#lib/server/require-role.ts'
import { settings } from '#lib/server/settings.ts'
import type { PageServerLoad } from './$types'

/** All components in their states, for those who change them: only with ENVIRONMENT=development, the default. */
export const load: PageServerLoad = (event) => {
  requireRole(event, 'viewer')
  if (settings.environment !== 'development') error(404, 'There is no such page.')
}
