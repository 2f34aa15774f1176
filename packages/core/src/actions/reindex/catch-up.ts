import {
  changedSince,
  checkTableOid,
  estimateRows,
  readClock,
  readIdBounds,
  readPages,
  splitRanges,
} from '../../rows/index.ts'
import { replaceWriteAlias, writeAliasName } from '../../search/index.ts'
import type { ItemContext, NextStep, StepContext, WorkResult } from '../../tasks/index.ts'
import { readFailedIds, withinIds } from './failed-ids.ts'
import { checkpointAt, remainingRange } from './load.ts'
import { createPageSize } from './page-size.ts'
import { builtIndex, readState, type ReindexState } from './state.ts'
import { createTaskWriter, writePages } from './write-pages.ts'

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
    items: splitRanges(bounds, rows, settings.rowsPerItem).map((payload) => ({ payload })),
    state: { ...state, aliasNumber, verifyUpTo: bounds?.max ?? null } satisfies ReindexState,
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
  const pageSize = createPageSize(settings.targetBodyLength)
  const pages = readPages(db, model, {
    range,
    pageRows: pageSize.rows,
    where: changedSince(model, since, state.loadUpTo, failedIds),
  })

  const unsettled = new Set(failedIds)
  const complete = await writePages(
    context,
    pages,
    createTaskWriter(context, state),
    'delete',
    async (page) => {
      pageSize.report(page.read, page.length)
      const refusedIds = new Set(page.refused.map(({ id }) => Number(id)))
      // A failed document up to here that was not refused again is mended, or its row is gone.
      const resolved = [...unsettled].filter((id) => id <= page.readUpTo && !refusedIds.has(id))
      for (const id of resolved) unsettled.delete(id)
      await context.save({
        checkpoint: checkpointAt(page.readUpTo),
        catchUp: { indexed: page.indexed, deleted: page.deleted, failed: page.refused.length },
        failed: page.refused,
        resolved: resolved.map(String),
      })
    },
  )
  return complete ? { kind: 'done', result: null } : { kind: 'paused' }
}
