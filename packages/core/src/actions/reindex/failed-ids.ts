import { maxFailedDocuments } from '../../contract/index.ts'
import type { IdRange } from '../../rows/index.ts'
import type { StepContext } from '../../tasks/index.ts'

/** Ids of the rows that OpenSearch refused and that no later write has mended, ascending. */
export async function readFailedIds({ store, task }: Pick<StepContext, 'store' | 'task'>): Promise<bigint[]> {
  const failed = await store.failedDocuments(task.id, { limit: maxFailedDocuments })
  return failed.map(({ id }) => BigInt(id))
}

export function withinIds(ids: readonly bigint[], { after, end }: IdRange): bigint[] {
  return ids.filter((id) => (after === null || id > after) && (end === null || id <= end))
}
