import { json } from '@sveltejs/kit'
import { requireRole } from '#lib/server/require-role.ts'
import { readHistory, readTaskView } from '#lib/server/task-view.ts'
import type { RequestHandler } from './$types'

/** The data of the history, for polling. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  return json(await readHistory(user.name, readTaskView(event.url.searchParams)))
}
