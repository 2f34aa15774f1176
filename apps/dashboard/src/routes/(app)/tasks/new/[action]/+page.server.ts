import { randomUUID } from 'node:crypto'
import { error, fail, redirect } from '@sveltejs/kit'
import type { TaskRequest } from '@ingestion-server/core/contract'
import { IngestionError, type Client, type IndexList, type TaskPlan } from '@ingestion-server/sdk'
import { factsBySlug, findSlug } from '#lib/new-task/action-facts.ts'
import { roleFor } from '#lib/action-role.ts'
import { readFields, type TaskFields } from '#lib/new-task/task-fields.ts'
import { route, type ActionSlug } from '#lib/route.ts'
import { fetchForPage } from '#lib/server/fetch-for-page.ts'
import { audited, noteFailure, requireRoleFor } from '#lib/server/audited.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { ingestion } from '#lib/server/services.ts'
import { reviewPromotion } from '#lib/server/review-promotion.ts'
import { shownFacts } from '#lib/server/shown-facts.ts'
import { checkFields, describeProblem, planTask, startTask } from '#lib/server/submit-task.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

/** Longer than any name of an index, and than what a plan shows. */
const maxTypedLength = 4_000

export const load: PageServerLoad = async (event) => {
  const slug = findSlug(event.params.action)
  if (slug === undefined) error(404, 'There is no such action.')
  const user = requireRole(event, roleFor(factsBySlug[slug].name))
  const client = ingestion.as(user.name)
  const fields = readFields(event.url.searchParams)
  const indices = await fetchForPage(client.indices.list())
  const { linked } = await planLinked(client, slug, fields, indices.value)
  return { slug, facts: shownFacts(slug), fields, indices, linked }
}

/** A link that names all that an action needs shows its plan at once. */
async function planLinked(
  client: Client,
  slug: ActionSlug,
  fields: TaskFields,
  indices: IndexList | null,
): Promise<{ linked: { plan: TaskPlan; key: string } | null }> {
  const isLinked =
    slug !== 'reindex' && fields.index !== undefined && (slug !== 'promote' || fields.alias !== undefined)
  const request = isLinked && indices !== null ? checkFields(slug, fields, indices).request : null
  if (request === null) return { linked: null }
  try {
    return { linked: { plan: await planTask(client, request), key: randomUUID() } }
  } catch (cause) {
    // The button that shows the plan says why there is none.
    if (cause instanceof IngestionError) return { linked: null }
    throw cause
  }
}

export const actions: Actions = {
  plan: async (event) => {
    const { slug, fields, indices, client } = await readForm(event)
    if (indices.value === null) return fail(503, { fields, problem: unavailable(indices.unavailableReason) })
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
      await noteFailure(event, user, command, indices.unavailableReason)
      return fail(503, { fields, problem: unavailable(indices.unavailableReason) })
    }
    const { request, errors } = checkFields(slug, fields, indices.value)
    if (errors)
      return fail(400, { fields, problem: { text: 'Check the fields below.', taskId: null, errors } })
    const subject = subjectOf(request)
    const typed = readText(form.get('confirm')) ?? ''
    if (slug === 'promote') {
      try {
        const objection = await reviewPromotion(client, request, { seen: readText(form.get('seen')), typed })
        if (objection) {
          const { plan, text, confirm } = objection
          const errors: Record<string, string[]> = confirm === null ? {} : { confirm: [confirm] }
          return fail(409, { fields, plan, key, problem: { text, taskId: null, errors }, typed })
        }
      } catch (cause) {
        const problem = describeProblem(slug, cause)
        await noteFailure(event, user, { action: 'submit', subject, detail: { ...request } }, problem.text)
        return fail(409, { fields, problem })
      }
    }
    if (factsBySlug[slug].scope === 'delete' && typed !== subject) {
      const problem = { text: '', taskId: null, errors: { confirm: [`must be exactly ${subject}`] } }
      const plan = await planTask(client, request).catch(() => undefined)
      return fail(400, { fields, plan, key, problem, typed })
    }
    let taskId
    const detail: Record<string, unknown> = { ...request }
    try {
      taskId = await audited(event, user, { action: 'submit', subject, detail }, async () => {
        const { id } = await startTask(client, request, key)
        // Known only now: the entry links to the task.
        detail['taskId'] = id
        return id
      })
    } catch (cause) {
      // The plan is out of date, so it is not shown.
      return fail(409, { fields, problem: describeProblem(slug, cause) })
    }
    redirect(303, route.task(taskId))
  },
}

/** The index that the user chose or named; the model if the server names the index. */
function subjectOf(request: TaskRequest): string {
  const isFilter = request.action === 'CREATE_AND_POPULATE_FILTERED_INDEX'
  const suffix = isFilter ? request.origin_index_suffix : request.index_suffix
  return suffix === undefined ? request.model : `${request.model}-${suffix}`
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

const unavailable = (text: string) => ({ text: `${text} Nothing was sent.`, taskId: null, errors: {} })

const readText = (value: FormDataEntryValue | null) =>
  typeof value === 'string' ? value.slice(0, maxTypedLength) : null

/**
 * Created with the plan. If the form is sent twice with the same key, by a double click or after a lost response, the
 * task is started once.
 */
function readKey(value: FormDataEntryValue | null): string {
  return typeof value === 'string' && /^[\w-]{16,64}$/.test(value) ? value : randomUUID()
}
