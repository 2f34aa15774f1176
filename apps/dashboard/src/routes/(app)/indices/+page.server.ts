import { fail, isHttpError, redirect } from '@sveltejs/kit'
import { ConflictError, IngestionError } from '@ingestion-server/sdk'
import { route } from '#lib/route.ts'
import { toSentence } from '#lib/format/sentence.ts'
import { audited, requireRoleFor } from '#lib/server/audited.ts'
import { readIndices } from '#lib/server/index-list.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { readRollbackForm, rollBack } from '#lib/server/roll-back.ts'
import { ingestion } from '#lib/server/services.ts'
import type { Actions, PageServerLoad } from './$types'

/** Longer than any name of an index. */
const maxTypedLength = 300

export const load: PageServerLoad = async (event) => {
  const user = requireRole(event, 'viewer')
  return { indices: await readIndices(user.name) }
}

export const actions: Actions = {
  rollBack: async (event) => {
    const user = await requireRoleFor(event, 'operator', { action: 'roll_back', subject: null })
    const form = await event.request.formData()
    const alias = form.get('alias')
    const input = readRollbackForm(form)
    if (typeof alias !== 'string' || alias === '')
      return fail(400, { problem: 'No alias was given.', taskId: null, refused: undefined })
    const client = ingestion.as(user.name)
    const detail: Record<string, unknown> = {}
    let taskId
    try {
      taskId = await audited(event, user, { action: 'roll_back', subject: alias, detail }, async () => {
        const id = await rollBack(client, alias, input)
        detail['taskId'] = id
        return id
      })
    } catch (error) {
      if (isHttpError(error)) {
        const refused = { alias, typed: input.typed.slice(0, maxTypedLength) }
        return fail(409, { problem: error.body.message, taskId: null, refused })
      }
      if (!(error instanceof IngestionError)) throw error
      const blockingTaskId = error instanceof ConflictError ? error.blockingTaskId : undefined
      return fail(409, {
        problem: toSentence(error.message),
        taskId: blockingTaskId ?? null,
        refused: undefined,
      })
    }
    redirect(303, route.task(taskId))
  },
}
