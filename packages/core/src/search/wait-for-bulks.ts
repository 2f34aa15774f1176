import type { Clock } from '../clock.ts'
import { SearchUnavailableError } from '../errors.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { listedTaskId, listTasks } from './list-tasks.ts'
import { isWriteAliasOf } from './write-alias.ts'

/** Longer than any bulk request takes unless it is stuck. */
const maxWaitMs = 30_000
const pollMs = 20
/** The request as a whole, and its parts on the shards. */
const actions = ['indices:data/write/bulk*']

interface WaitOptions {
  clock: Clock
  signal: AbortSignal
}

/**
 * Waits until OpenSearch has finished all bulk requests that a task sent to an index before its write alias was
 * replaced. A request of a lost worker may still be queued in OpenSearch after its alias was resolved: replacing the
 * alias doesn't stop it, and a block doesn't either if it is lifted before the request runs.
 *
 * @returns false without a right to list OpenSearch's tasks: nothing was waited for
 * @throws SearchUnavailableError when one doesn't end
 */
export async function waitForBulks(
  client: SearchClient,
  { index, taskId }: { index: string; taskId: string },
  { clock, signal }: WaitOptions,
): Promise<boolean> {
  const since = clock.now()
  // Later requests find no alias, or belong to another client.
  let pending = await listBulks(client, index, taskId)
  if (pending === null) return false
  while (pending.length > 0) {
    if (clock.now() - since > maxWaitMs) {
      throw new SearchUnavailableError(`OpenSearch is still working on bulk requests to index ${index}`)
    }
    await clock.sleep(pollMs, signal)
    const running = new Set((await listBulks(client, index, taskId)) ?? [])
    pending = pending.filter((id) => running.has(id))
  }
  return true
}

/** Ids of the bulk requests that name a write alias of the task, and of their parts on the shards of the index. */
async function listBulks(client: SearchClient, index: string, taskId: string): Promise<string[] | null> {
  const tasks = await listTasks(client, { actions, detailed: true })
  if (tasks === null) return null
  const own = tasks.filter(({ description }) => {
    // A request: `requests[8], indices[image-ingest-…-1]`; its part on a shard: `requests[8], index[image-a][0]`.
    const names = /\bindices\[([^\]]*)\]/.exec(description)?.[1]?.split(', ') ?? []
    return names.some((name) => isWriteAliasOf(taskId, name)) || description.includes(`index[${index}]`)
  })
  return own.map(listedTaskId)
}
