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
  const isDone = item.doneAt !== null
  return {
    ...item,
    state: isDone ? 'done' : isHeld ? 'claimed' : 'open',
    ...toProgress(payload, checkpoint, isDone),
  }
}

/** The ids of an item, if it has some, and how far it is. */
export function toProgress(
  payload: Json,
  checkpoint: Json,
  isDone: boolean,
): Pick<TaskItem, 'range' | 'doneUpTo'> {
  const covered = payloadSchema.safeParse(payload).data ?? null
  const saved = covered && checkpointSchema.safeParse(checkpoint).data
  return {
    range: covered && { after: wireId(covered.after), end: toWireId(covered.end) },
    doneUpTo: wireId(isDone && covered ? covered.end : (saved?.after ?? null)),
  }
}

function wireId(id: bigint | null): WireId | null {
  return id === null ? null : toWireId(id)
}

/**
 * Share of the ids of an item that are accounted for, 0 to 1. An item without a lower bound is taken as not begun until
 * it is done.
 */
export function shareOf({ state, range, doneUpTo }: Pick<TaskItem, 'state' | 'range' | 'doneUpTo'>): number {
  if (state === 'done') return 1
  if (range?.after == null || doneUpTo === null) return 0
  const [from, end, now] = [range.after, range.end, doneUpTo].map(BigInt) as [bigint, bigint, bigint]
  return end > from ? Math.min(1, Math.max(0, Number(now - from) / Number(end - from))) : 0
}
