import {
  changedSince,
  checkTableOid,
  closedRangeSchema,
  estimateRows,
  readClock,
  readIdBounds,
  splitRanges,
} from '../../rows/index.ts'
import { replaceWriteAlias, writeAliasName } from '../../search/index.ts'
import type { ItemContext, NextStep, StepContext, WorkResult } from '../../tasks/index.ts'
import { readFailedIds, withinIds } from './failed-ids.ts'
import { checkpointAt, remainingRange } from './load.ts'
import { readBodies } from './read-bodies.ts'
import { builtIndex, readState, storeState } from './state.ts'
import { createTaskWriter, writeBodies } from './write-bodies.ts'

/** Ends the load: no bulk of it can land any more. Then what changed since the plan is read again. */
export async function startCatchUp(context: StepContext): Promise<NextStep> {
  const { db, model, task, search, settings } = context
  const state = readState(context)
  await checkTableOid(db, model, state.tableOid)
  const aliasNumber = state.aliasNumber + 1
  await replaceWriteAlias(search, builtIndex(context, state), writeAliasName(task.id, aliasNumber))

  // Read before the first row of the catch-up: all that was committed by then will be seen.
  const asOf = await readClock(db)
  const bounds = await readIdBounds(db, model)
  const rows = await estimateRows(db, state.tableOid, model)
  return {
    kind: 'phase',
    phase: 'catching_up',
    items: splitRanges(bounds, rows, settings.rowsPerItem).map((range) => ({
      payload: closedRangeSchema.encode(range),
    })),
    state: storeState({ ...state, aliasNumber, verifyUpTo: bounds?.max ?? null }),
    asOf,
  }
}

/** Writes and takes away what changed in a range since the plan, and tries again what OpenSearch refused. */
export async function catchUp(context: ItemContext): Promise<WorkResult> {
  const { db, model, settings } = context
  const state = readState(context)
  const range = remainingRange(context)
  const failedIds = withinIds(await readFailedIds(context), range)
  const since = new Date(Date.parse(state.plannedAt) - settings.catchUpOverlapMs).toISOString()
  const bodies = readBodies(db, model, {
    range,
    where: changedSince(model, since, state.loadUpTo, failedIds),
    onDrop: 'delete',
    targetBodyLength: settings.targetBodyLength,
  })

  const unsettled = new Set(failedIds)
  const complete = await writeBodies(context, bodies, createTaskWriter(context, state), async (rows) => {
    const refusedIds = new Set(rows.refused.map(({ id }) => BigInt(id)))
    // A failed document up to here that was not refused again is mended, or its row is gone.
    const resolved = [...unsettled].filter((id) => id <= rows.readUpTo && !refusedIds.has(id))
    for (const id of resolved) unsettled.delete(id)
    await context.save({
      checkpoint: checkpointAt(rows.readUpTo),
      catchUp: { indexed: rows.indexed, deleted: rows.deleted, failed: 0 },
      failed: rows.refused,
      resolved: resolved.map(String),
    })
  })
  return complete ? { kind: 'done', result: null } : { kind: 'paused' }
}
