import { liveJson } from '#lib/server/live-json.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { readHistory, readTaskView } from '#lib/server/task-view.ts'
import type { RequestHandler } from './$types'

/** The data of the history, for polling. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  return liveJson(event.request, await readHistory(user.name, readTaskView(event.url.searchParams)))
}
