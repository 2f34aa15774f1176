import { fail, redirect } from '@sveltejs/kit'
import { message, superValidate } from 'sveltekit-superforms'
import { zod4 } from 'sveltekit-superforms/adapters'
import { describeBrowser } from '#lib/format/browser.ts'
import { route } from '#lib/route.ts'
import { audited } from '#lib/server/audited.ts'
import { ThrottledError, WrongPasswordError } from '#lib/server/auth/index.ts'
import { clientFacts } from '#lib/server/client-facts.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { auth } from '#lib/server/services.ts'
import { deleteSessionCookie, setSessionCookie } from '#lib/server/session-cookie.ts'
import { changePasswordSchema } from '#lib/server/user-schemas.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const user = requireRole(event, 'viewer')
  const sessions = await auth.listSessions(user.id)
  return {
    sessions: sessions
      .map(({ id, address, userAgent, createdAt }) => ({
        // A hash of the cookie: it can't be used to sign in.
        id,
        address,
        userAgent,
        createdAt,
        isThis: id === user.sessionId,
      }))
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime()),
    form: await superValidate(zod4(changePasswordSchema), { errors: false }),
  }
}

export const actions: Actions = {
  password: async (event) => {
    const user = requireRole(event, 'viewer')
    const form = await superValidate(event.request, zod4(changePasswordSchema))
    const { current, password } = form.data
    form.data = { current: '', password: '', again: '' }
    if (!form.valid) return fail(400, { form })
    try {
      const session = await audited(event, user, { action: 'change_password', subject: null }, (onDone) =>
        auth.changePassword(user, { current, next: password }, clientFacts(event), onDone),
      )
      setSessionCookie(event, session)
    } catch (error) {
      if (error instanceof ThrottledError)
        return message(form, `There were ${error.message}.`, { status: 429 })
      if (!(error instanceof WrongPasswordError)) throw error
      form.errors.current = ['is wrong']
      form.valid = false
      return fail(400, { form })
    }
    return message(form, 'Your password is changed, and all other sessions are signed out.')
  },

  signOutSession: async (event) => {
    const user = requireRole(event, 'viewer')
    const id = (await event.request.formData()).get('session')
    if (typeof id !== 'string' || id === '') return fail(400, { problem: 'No session was given.' })
    const [ended] = (await auth.listSessions(user.id)).filter((session) => session.id === id)
    const done = 'The session is signed out.'
    if (!ended) return { done }
    const browser = describeBrowser(ended.userAgent)
    const command = { action: 'sign_out_session', subject: null, detail: { browser, address: ended.address } }
    await audited(event, user, command, (onDone) => auth.signOutSession(user.id, id, onDone))
    if (id !== user.sessionId) return { done }
    deleteSessionCookie(event)
    redirect(303, route.signIn())
  },

  signOutEverywhere: async (event) => {
    const user = requireRole(event, 'viewer')
    await audited(event, user, { action: 'sign_out_everywhere', subject: null }, (onDone) =>
      auth.signOutEverywhere(user.id, onDone),
    )
    deleteSessionCookie(event)
    redirect(303, route.signIn())
  },
}
