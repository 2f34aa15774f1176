import { z } from 'zod'
import { checkTableOid, closedRangeSchema, rowIdSchema, type ClosedRange } from '../../rows/index.ts'
import type { ItemContext, Json, WorkResult } from '../../tasks/index.ts'
import { readBodies } from './read-bodies.ts'
import { readState } from './state.ts'
import { createTaskWriter, writeBodies } from './write-bodies.ts'

const checkpointSchema = z.object({ after: rowIdSchema }).nullable()

/** The remaining range of an item. */
export function remainingRange({ item }: ItemContext): ClosedRange {
  return remainingOf(closedRangeSchema.parse(item.payload), item.checkpoint)
}

/** The remaining range after a checkpoint. */
export function remainingOf(range: ClosedRange, checkpoint: Json): ClosedRange {
  return { ...range, ...checkpointSchema.parse(checkpoint) }
}

/** Checkpoint of an item that is done up to an id. */
export function checkpointAt(readUpTo: bigint): Json {
  return checkpointSchema.encode({ after: readUpTo })
}

/** Copies the rows of a range into the index. */
export async function load(context: ItemContext): Promise<WorkResult> {
  const { db, model, settings, reuse } = context
  const state = readState(context)
  await checkTableOid(db, model, state.tableOid)
  const bodies = readBodies(db, model, {
    range: remainingRange(context),
    onDrop: 'skip',
    targetBodyLength: settings.targetBodyLength,
    spare: reuse.bodies,
  })
  const complete = await writeBodies(
    context,
    bodies,
    createTaskWriter(context, state),
    async (rows, boundBy) => {
      const { read, indexed, dropped, refused } = rows
      await context.save({
        checkpoint: checkpointAt(rows.readUpTo),
        counts: { read, indexed, dropped, failed: refused.length },
        leftOut: Object.fromEntries(rows.leftOut),
        failed: refused,
        boundBy,
      })
    },
  )
  if (!complete) return { kind: 'paused' }
  // Checked again at the end: rows read after a swap of the tables came from another table.
  await checkTableOid(db, model, state.tableOid)
  return { kind: 'done', result: null }
}
