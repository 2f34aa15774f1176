import { z } from 'zod'
import { maxFailedDocuments } from '../../contract/index.ts'
import { rowIdSchema, type IdRange } from '../../rows/index.ts'
import type { Json, StepContext } from '../../tasks/index.ts'

/** Ids of refused rows that no later write has repaired, ascending. */
export async function readFailedIds({ store, task }: Pick<StepContext, 'store' | 'task'>): Promise<bigint[]> {
  const failed = await store.failedDocuments(task.id, { limit: maxFailedDocuments, bodyLimit: 0 })
  return failed.map(({ id }) => BigInt(id))
}

export function withinIds(ids: readonly bigint[], { after, end }: IdRange): bigint[] {
  return ids.filter((id) => (after === null || id > after) && (end === null || id <= end))
}

/** Rows per item of a redrive. */
const idsPerItem = 500

/** Payload of an item of phase `redriving`. */
export const redrivePayloadSchema = z.object({ ids: z.array(rowIdSchema) })

/** Items of phase `redriving` for these rows. */
export function splitFailedIds(ids: readonly bigint[]): { payload: Json }[] {
  const starts = Array.from({ length: Math.ceil(ids.length / idsPerItem) }, (_, n) => n * idsPerItem)
  return starts.map((start) => ({
    payload: redrivePayloadSchema.encode({ ids: ids.slice(start, start + idsPerItem) }),
  }))
}
