import { readTheme } from '#lib/theme.ts'
import { settings } from '#lib/server/settings.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = ({ locals, cookies }) => ({
  user: locals.user === null ? null : { name: locals.user.name, role: locals.user.role },
  environment: settings.environment,
  theme: readTheme(cookies.get('theme')),
})
