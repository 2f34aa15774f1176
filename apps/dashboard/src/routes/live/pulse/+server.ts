import { liveJson } from '#lib/server/live-json.ts'
import { fetchForPage } from '#lib/server/fetch-for-page.ts'
import { readPulse } from '#lib/server/read-pulse.ts'
import { ingestion } from '#lib/server/services.ts'
import { requireRole } from '#lib/server/require-role.ts'
import type { RequestHandler } from './$types'

/** Whether tasks run, and which ones ended, for the tab's icon and notifications. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  return liveJson(event.request, await fetchForPage(readPulse(ingestion.as(user.name).tasks)))
}
