import { readTheme, readTimeStyle } from '#lib/theme.ts'
import { settings } from '#lib/server/settings.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = ({ locals, cookies, url, untrack }) => ({
  user: locals.user === null ? null : { name: locals.user.name, role: locals.user.role },
  environment: settings.environment,
  /** Milliseconds since the epoch: the browser's clock may be wrong. */
  now: Date.now(),
  origin: untrack(() => url.origin),
  theme: readTheme(cookies.get('theme')),
  times: readTimeStyle(cookies.get('times')),
})
