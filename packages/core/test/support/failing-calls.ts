import { LeaseLostError, type SearchClient } from '../../src/index.ts'
import type { Harness } from './harness.ts'
import { interceptCalls } from './intercept-calls.ts'

/** Calls that change nothing: a failure at one of them is the same as at the next changing call. */
const reading =
  /^(indices\.(get|getAlias|getFieldMapping|getMapping|getTemplate|getIndexTemplate|simulateIndexTemplate|analyze|refresh|stats)|tasks\.(get|list)|cluster\.(health|getSettings)|cat\.\w+|count|search)$/

export interface FailingSearch {
  client: SearchClient
  /** The failed call; null: it was not reached. */
  failed(): string | null
}

/**
 * A client that fails once, at the changing call number `at`.
 *
 * @param when before the call is sent, or after its response
 */
export function failAtCall(
  client: SearchClient,
  at: number,
  when: 'before' | 'after',
  failure: () => Promise<Error>,
): FailingSearch {
  let call = 0
  let failed: string | null = null
  const failing = interceptCalls(client, async (name, proceed) => {
    if (reading.test(name) || call++ !== at) return proceed()
    failed = name
    if (when === 'after') await proceed()
    throw await failure()
  })
  return { client: failing, failed: () => failed }
}

/** Simulates a worker that dies: its lease expires and it cleans up nothing. */
export async function death({ sql }: Pick<Harness, 'sql'>, taskId: string): Promise<Error> {
  await sql`update ingestion.task set lease_until = now() where id = ${taskId} and lease_until is not null`
  await sql`update ingestion.work_item set lease_until = now()
    where task_id = ${taskId} and lease_until is not null`
  return new LeaseLostError(taskId)
}
