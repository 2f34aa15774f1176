import { error } from '@sveltejs/kit'
import { requireId } from '#lib/server/require-id.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { auth, openStream } from '#lib/server/services.ts'
import { readSessionCookie } from '#lib/server/session-cookie.ts'
import { streamTaskDetail } from '#lib/server/streams/index.ts'
import type { RequestHandler } from './$types'

/** The data of a task's page as a stream, with a message for each change of the task. */
export const GET: RequestHandler = (event) => {
  const user = requireRole(event, 'viewer')
  const id = requireId(event.params.id)
  const secret = readSessionCookie(event) ?? ''
  const onEnd = openStream({ userId: user.id, sessionId: user.sessionId })
  if (onEnd === null) error(429, 'Too many open pages follow tasks. Close some of them.')
  const stream = streamTaskDetail({
    actor: user.name,
    id,
    gone: event.request.signal,
    isSessionOpen: async () => (await auth.readSession(secret, { isUse: false }))?.role === user.role,
    onEnd,
  })
  return new Response(stream, {
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' },
  })
}
