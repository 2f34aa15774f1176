import { IngestionError } from '@ingestion-server/sdk'
import type { RequestEvent } from '@sveltejs/kit'
import { toSentence } from '../format/sentence.ts'
import { audited } from './audited.ts'
import type { SignedInUser } from './auth/index.ts'
import { isId } from './require-id.ts'
import { ingestion } from './services.ts'

/** Asks the server to cancel each task; one that can't be cancelled doesn't keep the others from it. */
export async function cancelTasks(
  event: RequestEvent,
  user: SignedInUser,
  ids: readonly string[],
  { keepIndex = false }: { keepIndex?: boolean } = {},
): Promise<{ cancelled: number; failures: string[] }> {
  const client = ingestion.as(user.name)
  const failures: string[] = []
  for (const id of ids) {
    if (!isId(id)) {
      failures.push(`There is no task ${id}.`)
      continue
    }
    try {
      await audited(event, user, { action: 'cancel', subject: id, detail: { keepIndex } }, async () =>
        (await client.tasks.handle(id)).cancel({ keepIndex }),
      )
    } catch (error) {
      if (!(error instanceof IngestionError)) throw error
      failures.push(toSentence(error.message))
    }
  }
  return { cancelled: ids.length - failures.length, failures }
}
