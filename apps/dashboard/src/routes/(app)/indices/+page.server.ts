import { fail, redirect } from '@sveltejs/kit'
import { ConflictError, IngestionError } from '@ingestion-server/sdk'
import { route } from '#lib/route.ts'
import { toSentence } from '#lib/format/sentence.ts'
import { audited, requireRoleFor } from '#lib/server/audited.ts'
import { readIndices } from '#lib/server/index-list.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { ingestion } from '#lib/server/services.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const user = requireRole(event, 'viewer')
  return { indices: await readIndices(user.name) }
}

export const actions: Actions = {
  rollBack: async (event) => {
    const user = await requireRoleFor(event, 'operator', { action: 'roll_back', subject: null })
    const alias = (await event.request.formData()).get('alias')
    if (typeof alias !== 'string' || alias === '')
      return fail(400, { problem: 'No alias was given.', taskId: null })
    let taskId
    try {
      taskId = await audited(
        event,
        user,
        { action: 'roll_back', subject: alias },
        async () => (await ingestion.as(user.name).indices.rollback(alias)).id,
      )
    } catch (error) {
      if (!(error instanceof IngestionError)) throw error
      const blockingTaskId = error instanceof ConflictError ? error.blockingTaskId : undefined
      return fail(409, { problem: toSentence(error.message), taskId: blockingTaskId ?? null })
    }
    redirect(303, route.task(taskId))
  },
}
