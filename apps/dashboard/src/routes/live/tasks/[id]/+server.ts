import { liveJson } from '#lib/server/live-json.ts'
import { requireId } from '#lib/server/require-id.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { readTaskDetail } from '#lib/server/services.ts'
import type { RequestHandler } from './$types'

/** The data of a task's page, for polling when a proxy blocks streams. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  return liveJson(event.request, await readTaskDetail(user.name, requireId(event.params.id)))
}
