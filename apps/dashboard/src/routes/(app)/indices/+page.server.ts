import { error as refuse, fail, isHttpError, redirect } from '@sveltejs/kit'
import { ConflictError, IngestionError, type Client } from '@ingestion-server/sdk'
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
    const form = await event.request.formData()
    const alias = form.get('alias')
    const shown = form.get('to')
    if (typeof alias !== 'string' || alias === '')
      return fail(400, { problem: 'No alias was given.', taskId: null })
    const client = ingestion.as(user.name)
    const detail: Record<string, unknown> = {}
    let taskId
    try {
      taskId = await audited(event, user, { action: 'roll_back', subject: alias, detail }, async () => {
        if (typeof shown === 'string') await requireShown(client, alias, shown.replaceAll('\r', ''))
        const { id } = await client.indices.rollback(alias)
        detail['taskId'] = id
        return id
      })
    } catch (error) {
      if (isHttpError(error)) return fail(409, { problem: error.body.message, taskId: null })
      if (!(error instanceof IngestionError)) throw error
      const blockingTaskId = error instanceof ConflictError ? error.blockingTaskId : undefined
      return fail(409, { problem: toSentence(error.message), taskId: blockingTaskId ?? null })
    }
    redirect(303, route.task(taskId))
  },
}

/**
 * A rollback undoes the last move, whatever it is. If that is not the one on the page, the user has to look again.
 *
 * @throws HttpError 409
 */
async function requireShown(client: Client, alias: string, shown: string): Promise<void> {
  const { moves } = await client.indices.rollback(alias, { dryRun: true })
  const now = moves.map((move) => `${move.alias} ${move.to.index}`).join('\n')
  if (now === shown) return
  refuse(
    409,
    `${alias} has moved since the page was shown, and would now go back to ${moves.map(({ to }) => to.index).join(' and ')}. Nothing was started: check the page again.`,
  )
}
