import { redirect } from '@sveltejs/kit'
import { message, superValidate } from 'sveltekit-superforms'
import { zod4 } from 'sveltekit-superforms/adapters'
import { route } from '#lib/route.ts'
import { SetupLinkError } from '#lib/server/auth/index.ts'
import { clientFacts } from '#lib/server/client-facts.ts'
import { auditedSetUp } from '#lib/server/audited.ts'
import { auth } from '#lib/server/services.ts'
import { setSignInCookies } from '#lib/server/session-cookie.ts'
import { setupSchema } from '#lib/server/user-schemas.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ url }) => ({
  form: await superValidate(zod4(setupSchema), { errors: false }),
  isValid: await auth.isSetupLink(url.searchParams.get('token') ?? ''),
})

export const actions: Actions = {
  default: async (event) => {
    const form = await superValidate(event.request, zod4(setupSchema))
    const { name, password } = form.data
    form.data.password = ''
    form.data.again = ''
    if (!form.valid) return message(form, 'Check the fields below.', { status: 400 })
    const client = clientFacts(event)
    try {
      const token = event.url.searchParams.get('token') ?? ''
      const signedIn = await auditedSetUp(event, name, (onDone) =>
        auth.setUp(token, { name, password }, client, onDone),
      )
      setSignInCookies(event, signedIn)
    } catch (error) {
      if (!(error instanceof SetupLinkError)) throw error
      return message(form, `${error.message}.`, { status: 403 })
    }
    redirect(303, route.tasks())
  },
}
