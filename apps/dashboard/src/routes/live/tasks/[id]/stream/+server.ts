import { requireId } from '#lib/server/require-id.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { streamTaskDetail } from '#lib/server/stream-task-detail.ts'
import type { RequestHandler } from './$types'

/** The same as a stream: a message whenever something of the task has changed. */
export const GET: RequestHandler = (event) => {
  const user = requireRole(event, 'viewer')
  return new Response(streamTaskDetail(user.name, requireId(event.params.id), event.request.signal), {
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' },
  })
}
