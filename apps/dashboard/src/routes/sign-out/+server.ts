import { redirect, type RequestEvent } from '@sveltejs/kit'
import { route } from '#lib/route.ts'
import { auth } from '#lib/server/services.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { deleteSessionCookie } from '#lib/server/session-cookie.ts'

export async function POST(event: RequestEvent) {
  const user = requireRole(event, 'viewer')
  await auth.signOut(user.sessionId)
  deleteSessionCookie(event)
  redirect(303, route.signIn())
}
