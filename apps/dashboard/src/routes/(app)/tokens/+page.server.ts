import { fail } from '@sveltejs/kit'
import { newTokenSchema, scopes } from '@ingestion-server/core/contract'
import { IngestionError } from '@ingestion-server/sdk'
import { superValidate } from 'sveltekit-superforms'
import { zod4 } from 'sveltekit-superforms/adapters'
import { toSentence } from '#lib/format/sentence.ts'
import { fetchForPage } from '#lib/server/fetch-for-page.ts'
import { audited, noteFailure, requireRoleFor } from '#lib/server/audited.ts'
import { isId } from '#lib/server/require-id.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { ingestion } from '#lib/server/services.ts'
import { settings } from '#lib/server/settings.ts'
import type { Actions, PageServerLoad } from './$types'

const dayMs = 86_400_000
const lifetimes = ['7', '30', '90', '365'] as const

/** The form has the expiry as a number of days; the time is computed here. */
const formSchema = newTokenSchema.omit({ expires_at: true })

export const load: PageServerLoad = async (event) => {
  const user = requireRole(event, 'admin')
  return {
    tokens: await fetchForPage(ingestion.as(user.name).tokens.list()),
    form: await superValidate({ scopes: ['read'] }, zod4(formSchema), { errors: false }),
    scopes: [...scopes],
    lifetimes: [...lifetimes],
    serverUrl: settings.ingestionPublicUrl,
    // Once a token exists, the server requires one from every caller, so the dashboard would lock itself out.
    hasOwnToken: settings.ingestion.token !== undefined,
  }
}

export const actions: Actions = {
  create: async (event) => {
    const user = await requireRoleFor(event, 'admin', { action: 'create_token', subject: null })
    const data = await event.request.formData()
    const days = lifetimes.find((choice) => choice === data.get('days'))
    const form = await superValidate(data, zod4(formSchema))
    if (!form.valid) return fail(400, { form })
    if (settings.ingestion.token === undefined) {
      const problem = 'The dashboard has no token of its own.'
      await noteFailure(event, user, { action: 'create_token', subject: form.data.name }, problem)
      return fail(409, { form, problem })
    }
    const expiresAt = days === undefined ? null : new Date(Date.now() + Number(days) * dayMs).toISOString()
    const { name, scopes } = form.data
    try {
      const detail: Record<string, unknown> = { scopes, expiresAt }
      const command = { action: 'create_token', subject: name, detail }
      const { secret } = await audited(event, user, command, async () => {
        const created = await ingestion.as(user.name).tokens.create({ name, scopes, expiresAt })
        // Known only now: the entry links to the token.
        detail['id'] = created.token.id
        return created
      })
      return { form, created: { name, secret } }
    } catch (error) {
      if (!(error instanceof IngestionError)) throw error
      return fail(409, { form, problem: toSentence(error.message) })
    }
  },

  revoke: async (event) => {
    const user = await requireRoleFor(event, 'admin', { action: 'revoke_token', subject: null })
    const data = await event.request.formData()
    const [id, name] = [data.get('id'), data.get('name')]
    if (typeof id !== 'string' || !isId(id)) return fail(400, { problem: 'No token was given.' })
    try {
      const command = {
        action: 'revoke_token',
        subject: typeof name === 'string' ? name : id,
        detail: { id },
      }
      await audited(event, user, command, () => ingestion.as(user.name).tokens.revoke(id))
      return { done: 'The token is revoked and no longer accepted.' }
    } catch (error) {
      if (!(error instanceof IngestionError)) throw error
      return fail(409, { problem: toSentence(error.message) })
    }
  },
}
