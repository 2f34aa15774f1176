import { z } from 'zod'
import { toWireId, type WireId } from '../contract/index.ts'
import { closedRangeSchema, rowIdSchema } from '../rows/index.ts'
import type { TaskItem } from './task-history.ts'
import type { Json } from './task-store.ts'

/**
 * Items with a range of ids, of any action, use one of these forms; the rest of a payload is specific to the action.
 */
const payloadSchema = z.union([
  closedRangeSchema,
  z.object({ part: closedRangeSchema }).transform(({ part }) => part),
])
const checkpointSchema = z.object({ after: rowIdSchema })

interface StoredItem extends Omit<TaskItem, 'state' | 'range' | 'doneUpTo'> {
  payload: Json
  checkpoint: Json
  /** A worker holds the item, and the lease has not expired. */
  isHeld: boolean
}

export function toTaskItem({ payload, checkpoint, isHeld, ...item }: StoredItem): TaskItem {
  const covered = payloadSchema.safeParse(payload).data ?? null
  const saved = covered && checkpointSchema.safeParse(checkpoint).data
  return {
    ...item,
    state: item.doneAt !== null ? 'done' : isHeld ? 'claimed' : 'open',
    range: covered && { after: wireId(covered.after), end: toWireId(covered.end) },
    doneUpTo: wireId(item.doneAt !== null && covered ? covered.end : (saved?.after ?? null)),
  }
}

function wireId(id: bigint | null): WireId | null {
  return id === null ? null : toWireId(id)
}
