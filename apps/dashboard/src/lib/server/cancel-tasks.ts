import { IngestionError } from '@ingestion-server/sdk'
import { isHttpError, type RequestEvent } from '@sveltejs/kit'
import { toSentence } from '../format/sentence.ts'
import { audited } from './audited.ts'
import { requireTask } from './require-task.ts'
import type { SignedInUser } from './auth/index.ts'
import { isId } from './require-id.ts'

/** Cancels each task. A failure doesn't prevent the cancellation of the others. */
export async function cancelTasks(
  event: RequestEvent,
  user: SignedInUser,
  ids: readonly string[],
): Promise<{ cancelled: number; failures: string[] }> {
  const failures: string[] = []
  for (const id of ids) {
    if (!isId(id)) {
      failures.push(`There is no task ${id}.`)
      continue
    }
    try {
      await audited(event, user, { action: 'cancel', subject: id, detail: { keepIndex: false } }, async () =>
        (await requireTask(event, id)).cancel(),
      )
    } catch (error) {
      if (isHttpError(error, 403)) failures.push(error.body.message)
      else if (error instanceof IngestionError) failures.push(toSentence(error.message))
      else throw error
    }
  }
  return { cancelled: ids.length - failures.length, failures }
}
