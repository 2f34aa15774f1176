import { liveJson } from '#lib/server/live-json.ts'
import { readOverview } from '#lib/server/overview.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { ingestion } from '#lib/server/services.ts'
import type { RequestHandler } from './$types'

/** The data of the overview, for polling. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  return liveJson(event.request, await readOverview(ingestion.as(user.name)))
}
