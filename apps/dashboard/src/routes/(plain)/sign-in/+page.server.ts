import { redirect } from '@sveltejs/kit'
import { message, superValidate } from 'sveltekit-superforms'
import { zod4 } from 'sveltekit-superforms/adapters'
import { localPath } from '#lib/route.ts'
import { ThrottledError, WrongPasswordError } from '#lib/server/auth/index.ts'
import { clientFacts } from '#lib/server/client-facts.ts'
import { auditedSignIn } from '#lib/server/audited.ts'
import { auth } from '#lib/server/services.ts'
import { readSignInCookies, setSignInCookies } from '#lib/server/session-cookie.ts'
import { signInSchema } from '#lib/server/user-schemas.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  if (locals.user !== null) redirect(303, localPath(url.searchParams.get('next')))
  return {
    form: await superValidate(zod4(signInSchema), { errors: false }),
    isInterrupted: url.searchParams.has('next'),
    hasUsers: await auth.hasUsers(),
  }
}

export const actions: Actions = {
  default: async (event) => {
    const form = await superValidate(event.request, zod4(signInSchema))
    const { name, password } = form.data
    form.data.password = ''
    if (!form.valid) return message(form, 'Enter your name and your password.', { status: 400 })
    const client = clientFacts(event)
    try {
      const signedIn = await auditedSignIn(event, name, (onDone) =>
        auth.signIn({ name, password }, client, readSignInCookies(event), onDone),
      )
      setSignInCookies(event, signedIn)
    } catch (error) {
      const isThrottled = error instanceof ThrottledError
      if (!isThrottled && !(error instanceof WrongPasswordError)) throw error
      const text = isThrottled ? `There were ${error.message}.` : 'The name or the password is wrong.'
      return message(form, text, { status: isThrottled ? 429 : 400 })
    }
    redirect(303, localPath(event.url.searchParams.get('next')))
  },
}
