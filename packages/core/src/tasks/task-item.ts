import { z } from 'zod'
import type { TaskItem } from './task-history.ts'
import type { Json } from './task-store.ts'

/** Items of every action that cover ids say so in one of these ways; the rest of a payload is the action's own. */
const range = z.object({ after: z.number().nullable(), end: z.number() })
const payloadSchema = z.union([range, z.object({ part: range }).transform(({ part }) => part)])
const checkpointSchema = z.object({ after: z.number() })

interface StoredItem extends Omit<TaskItem, 'state' | 'range' | 'doneUpTo'> {
  payload: Json
  checkpoint: Json
  /** Somebody has it, and the lease has not lapsed. */
  isHeld: boolean
}

export function toTaskItem({ payload, checkpoint, isHeld, ...item }: StoredItem): TaskItem {
  const covered = payloadSchema.safeParse(payload).data ?? null
  const saved = covered && checkpointSchema.safeParse(checkpoint).data
  return {
    ...item,
    state: item.doneAt !== null ? 'done' : isHeld ? 'claimed' : 'open',
    range: covered,
    doneUpTo: item.doneAt !== null && covered ? covered.end : (saved?.after ?? null),
  }
}
