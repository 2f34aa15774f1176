import { readIndices } from '#lib/server/index-list.ts'
import { liveJson } from '#lib/server/live-json.ts'
import { requireRole } from '#lib/server/require-role.ts'
import type { RequestHandler } from './$types'

/** The data of the index page, for polling. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  return liveJson(event.request, await readIndices(user.name))
}
