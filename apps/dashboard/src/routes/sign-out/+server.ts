import { redirect, type RequestEvent } from '@sveltejs/kit'
import { route } from '#lib/route.ts'
import { audited } from '#lib/server/audited.ts'
import { auth } from '#lib/server/services.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { deleteSessionCookie } from '#lib/server/session-cookie.ts'

export async function POST(event: RequestEvent) {
  const user = requireRole(event, 'viewer')
  await audited(event, user, { action: 'sign_out', subject: null }, (onDone) =>
    auth.signOut(user.sessionId, onDone),
  )
  deleteSessionCookie(event)
  redirect(303, route.signIn())
}
