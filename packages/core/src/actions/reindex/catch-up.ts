import type { SQL } from 'drizzle-orm'
import {
  changedSince,
  checkTableOid,
  closedRangeSchema,
  estimateRows,
  isComparable,
  readMark,
  readRanges,
  type Mark,
} from '../../rows/index.ts'
import type { ItemContext, NextStep, StepContext, WorkResult } from '../../tasks/index.ts'
import { unblockIndexWrites, writeAliasName } from '../../search/index.ts'
import { endWrites } from './end-writes.ts'
import { readFailedIds, withinIds } from './failed-ids.ts'
import { checkpointAt, remainingRange } from './load.ts'
import { readBodies } from './read-bodies.ts'
import { readState, storeState, type ReindexState } from './state.ts'
import { evaluate, startVerification } from './evaluate.ts'
import { createTaskWriter, writeBodies } from './write-bodies.ts'

/**
 * Ends the load, so that no bulk request of it can land any more. Then rows that changed since the plan are read again.
 */
export async function startCatchUp(context: StepContext): Promise<NextStep> {
  const { db, model, settings } = context
  const state = readState(context)
  await checkTableOid(db, model, state.tableOid)
  const aliasNumber = await endWrites(context, state)

  // Recorded before the first row of the catch-up, which sees everything committed before.
  const { mark, asOf } = await readMark(db, model, state.tableOid)
  const rows = await estimateRows(db, model)
  const { rowsPerItem: rowsPerRange } = settings
  const ranges = await readRanges(db, model, { oid: state.tableOid, rows, rowsPerRange })
  return {
    kind: 'phase',
    phase: 'catching_up',
    items: ranges.map((range) => ({
      payload: closedRangeSchema.encode(range),
    })),
    state: storeState({
      ...state,
      aliasNumber,
      verifyUpTo: ranges.at(-1)?.end ?? null,
      mark,
      readsAll: !isFollowedBy(state, mark),
    }),
    ...(asOf !== null && { asOf }),
  }
}

/** Whether rows can be compared with the plan's mark in the database of a later mark. */
function isFollowedBy({ planMark, catchUpBy }: ReindexState, later: Mark): boolean {
  return planMark !== null && catchUpBy !== null && isComparable(planMark, later)
}

/** The condition for rows that changed since the plan and rows that were refused; undefined: every row. */
function changesToRead(
  { model, settings }: StepContext,
  { planMark, catchUpBy, readsAll, plannedAt, loadUpTo }: ReindexState,
  failedIds: readonly bigint[],
): SQL | undefined {
  if (readsAll || planMark === null || catchUpBy === null) return undefined
  return changedSince(
    model,
    {
      xid: planMark.xid,
      methods: catchUpBy,
      moment: new Date(Date.parse(plannedAt) - settings.catchUpOverlapMs).toISOString(),
      loadedUpTo: loadUpTo,
    },
    failedIds,
  )
}

/**
 * What follows a catch-up: the verification, or another catch-up if the database was replaced meanwhile (such as by a
 * failover that lost transactions) or its tables were (such as by an exchanged partition).
 */
export async function afterCatchUp(context: StepContext): Promise<NextStep> {
  return (await isSameDatabase(context)) ? startVerification(context) : startCatchUp(context)
}

/** What follows a verification: the step that its results require, or another catch-up if the database was replaced. */
export async function afterVerification(
  context: StepContext,
  results: readonly unknown[],
): Promise<NextStep> {
  if (await isSameDatabase(context)) return evaluate(context, results)
  const { aliasNumber } = readState(context)
  await unblockIndexWrites(context.search, writeAliasName(context.task, aliasNumber))
  return startCatchUp(context)
}

/** Whether rows read now can be compared with those that the catch-up read. @throws TableReplacedError */
async function isSameDatabase(context: StepContext): Promise<boolean> {
  const { db, model } = context
  const state = readState(context)
  await checkTableOid(db, model, state.tableOid)
  const { mark } = await readMark(db, model, state.tableOid)
  return state.mark !== null && isComparable(state.mark, mark)
}

/** Writes and deletes what changed in a range since the plan, and retries what OpenSearch refused. */
export async function catchUp(context: ItemContext): Promise<WorkResult> {
  const { db, model, settings, reuse } = context
  const state = readState(context)
  const range = remainingRange(context)
  const failedIds = withinIds(await readFailedIds(context), range)
  const bodies = readBodies(db, model, {
    range,
    where: changesToRead(context, state, failedIds),
    onDrop: 'delete',
    targetBodyLength: settings.targetBodyLength,
    spare: reuse.bodies,
  })

  const unsettled = new Set(failedIds)
  const complete = await writeBodies(context, bodies, createTaskWriter(context, state), async (rows) => {
    const refusedIds = new Set(rows.refused.map(({ id }) => BigInt(id)))
    // A failed document up to this id that was not refused again is repaired, or its row was deleted.
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
