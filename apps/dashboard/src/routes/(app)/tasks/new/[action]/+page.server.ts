import { randomUUID } from 'node:crypto'
import { error, fail, redirect } from '@sveltejs/kit'
import { factsBySlug, findSlug, roleFor } from '#lib/new-task/action-facts.ts'
import { readFields } from '#lib/new-task/task-fields.ts'
import { route } from '#lib/route.ts'
import { fetchForPage } from '#lib/server/fetch-for-page.ts'
import { audited, noteFailure, requireRoleFor } from '#lib/server/audited.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { ingestion } from '#lib/server/services.ts'
import { checkFields, describeProblem, planTask, startTask } from '#lib/server/submit-task.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (event) => {
  const slug = findSlug(event.params.action)
  if (slug === undefined) error(404, 'There is no such action.')
  const user = requireRole(event, roleFor(factsBySlug[slug].name))
  return {
    slug,
    fields: readFields(event.url.searchParams),
    indices: await fetchForPage(ingestion.as(user.name).indices.list()),
  }
}

export const actions: Actions = {
  plan: async (event) => {
    const { slug, fields, indices, client } = await readForm(event)
    if (indices.value === null) return fail(503, { fields, problem: away(indices.away) })
    const { request, errors } = checkFields(slug, fields, indices.value)
    if (errors)
      return fail(400, { fields, problem: { text: 'Check the fields below.', taskId: null, errors } })
    try {
      return { fields, plan: await planTask(client, request), key: randomUUID() }
    } catch (cause) {
      return fail(409, { fields, problem: describeProblem(slug, cause) })
    }
  },

  start: async (event) => {
    await requireRoleToStart(event)
    const { slug, user, form, fields, indices, client } = await readForm(event)
    const key = readKey(form.get('key'))
    if (indices.value === null) {
      const command = { action: 'submit', subject: null, detail: { action: factsBySlug[slug].name } }
      await noteFailure(event, user, command, indices.away)
      return fail(503, { fields, problem: away(indices.away) })
    }
    const { request, errors } = checkFields(slug, fields, indices.value)
    if (errors)
      return fail(400, { fields, problem: { text: 'Check the fields below.', taskId: null, errors } })
    const subject = 'index_suffix' in request ? `${request.model}-${request.index_suffix}` : request.model
    if (factsBySlug[slug].scope === 'delete' && form.get('confirm') !== subject) {
      const problem = { text: '', taskId: null, errors: { confirm: [`must be exactly ${subject}`] } }
      return fail(400, { fields, plan: await planTask(client, request).catch(() => undefined), key, problem })
    }
    let taskId
    try {
      taskId = await audited(
        event,
        user,
        { action: 'submit', subject, detail: { ...request } },
        async () => (await startTask(client, request, key)).id,
      )
    } catch (cause) {
      // The plan is out of date, so it is not shown.
      return fail(409, { fields, problem: describeProblem(slug, cause) })
    }
    redirect(303, route.task(taskId))
  },
}

async function requireRoleToStart(event: RequestEvent): Promise<void> {
  const slug = findSlug(event.params.action)
  if (slug === undefined) error(404, 'There is no such action.')
  const { name: action } = factsBySlug[slug]
  await requireRoleFor(event, roleFor(action), { action: 'submit', subject: null, detail: { action } })
}

async function readForm(event: RequestEvent) {
  const slug = findSlug(event.params.action)
  if (slug === undefined) error(404, 'There is no such action.')
  const user = requireRole(event, roleFor(factsBySlug[slug].name))
  const form = await event.request.formData()
  const client = ingestion.as(user.name)
  return {
    slug,
    user,
    form,
    fields: readFields(form),
    client,
    indices: await fetchForPage(client.indices.list()),
  }
}

const away = (text: string) => ({ text: `${text} Nothing was sent.`, taskId: null, errors: {} })

/**
 * Created with the plan. If the form is sent twice with the same key, by a double click or after a lost response, the
 * task is started once.
 */
function readKey(value: FormDataEntryValue | null): string {
  return typeof value === 'string' && /^[\w-]{16,64}$/.test(value) ? value : randomUUID()
}
