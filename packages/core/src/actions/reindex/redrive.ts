import { z } from 'zod'
import type { Counts } from '../../contract/index.ts'
import { BulkBody, readId } from '../../documents/index.ts'
import { checkTableOid, leastReliable, readRows } from '../../rows/index.ts'
import { IndexChangedError } from '../../index-errors.ts'
import {
  countDocuments,
  readIndexStorage,
  refreshIndex,
  replaceWriteAlias,
  writeAliasName,
} from '../../search/index.ts'
import {
  balance,
  type ItemContext,
  type NextStep,
  type StepContext,
  type WorkResult,
} from '../../tasks/index.ts'
import { countChange } from '../count-change.ts'
import { readFailedIds, redrivePayloadSchema, splitFailedIds } from './failed-ids.ts'
import { plan, resumeLoad } from './plan.ts'
import { addToBody, emptyRowsBody } from './read-bodies.ts'
import { builtIndex, readState, storeState } from './state.ts'
import { createTaskWriter, writeRows } from './write-bodies.ts'

const resultSchema = z.object({ tried: z.int(), refused: z.int() })

/**
 * Retries only the failed documents of a finished index. The index may be live: it is not blocked, gets no load
 * settings, and stays verified. The current rows are written, which are newer than `as_of`, like any row that changes
 * after the verification; `as_of` stays the same. A full catch-up and verification would block writes to a live index
 * for their whole duration, and another REINDEX achieves the same without touching the index.
 *
 * Called twice: without results it returns the items; with results it ends the task or, if the load has not ended yet
 * (see `resume`), continues the load.
 */
export async function nextOfRedrive(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  if (readState(context).resumes) return results.length === 0 ? plan(context) : resumeLoad(context)
  const ids = await readFailedIds(context)
  return results.length === 0 && ids.length > 0 ? startRedrive(context, ids) : endRedrive(context, results)
}

async function startRedrive(context: StepContext, ids: readonly bigint[]): Promise<NextStep> {
  const { db, model, search, store, task } = context
  const state = readState(context)
  await checkTableOid(db, model, state.tableOid)
  const index = builtIndex(context, state)
  const record = await store.getIndex(index.uuid)
  const change = record && (await countChange(search, index, record))
  // Lost documents would not be restored, and the record would no longer count them.
  if (change?.isLarge) throw new IndexChangedError(index.name, [change.text], 'build it again with REINDEX')
  const aliasNumber = state.aliasNumber + 1
  await replaceWriteAlias(search, index, writeAliasName(task, aliasNumber))
  return {
    kind: 'phase',
    phase: 'redriving',
    items: splitFailedIds(ids),
    state: storeState({ ...state, aliasNumber, redrivenFrom: change?.documents ?? record?.documents }),
  }
}

/**
 * The verified number of documents plus those that the redrive has added, so that changes by other programs remain
 * visible as a difference.
 */
async function countVerified(
  { search, store, task }: StepContext,
  results: readonly unknown[],
): Promise<number> {
  const { indexUuid, redrivenFrom } = readState({ task })
  const record = await store.getIndex(indexUuid)
  if (record && redrivenFrom !== undefined && results.length === 0) return record.documents
  const documents = await countDocuments(search, task.index)
  return record && redrivenFrom !== undefined ? record.documents + documents - redrivenFrom : documents
}

async function endRedrive(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  const { search, task } = context
  const state = readState(context)
  const index = builtIndex(context, state)
  await replaceWriteAlias(search, index, null)
  await refreshIndex(search, task.index)
  const items = z.array(resultSchema).parse(results)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const storage = await readIndexStorage(search, task.index)
  return {
    kind: 'finished',
    verified: {
      ...index,
      documents: await countVerified(context, results),
      asOf: task.asOf,
      mark: state.mark,
    },
    result: {
      catch_up_by: state.catchUpBy && leastReliable(state.catchUpBy),
      redriven: sum(items.map(({ tried }) => tried)),
      refused: sum(items.map(({ refused }) => refused)),
      bytes: storage?.bytes ?? null,
    },
  }
}

/** Writes the current version of refused rows. A deleted or dropped row is no longer a failure. */
export async function redrive(context: ItemContext): Promise<WorkResult> {
  const { ids } = redrivePayloadSchema.parse(context.item.payload)
  // Not counted again if saved before.
  const done = resultSchema.safeParse(context.item.checkpoint)
  if (done.success) return { kind: 'done', result: done.data }

  const { db, model } = context
  const rows = emptyRowsBody()
  const present = new Set<bigint>()
  await readRows(db, model, ids, (row) => {
    present.add(readId(row))
    addToBody(rows, model, row, 'delete')
  })
  const writer = createTaskWriter(context, readState(context))
  const page = await writeRows(rows, writer)
  const gone = ids.filter((id) => !present.has(id))
  const deletions = new BulkBody()
  for (const id of gone) deletions.delete(String(id))
  if (gone.length > 0) await writer.write(deletions)
  const refused = new Set(page.refused.map(({ id }) => id))
  const result = { tried: ids.length, refused: refused.size }
  await context.save({
    checkpoint: result,
    counts: countNotIndexed(page.dropped, gone.length),
    catchUp: { indexed: page.indexed, deleted: page.deleted + gone.length, failed: 0 },
    failed: page.refused,
    resolved: ids.map(String).filter((id) => !refused.has(id)),
  })
  return { kind: 'done', result }
}

/** Counts of resolved failed documents that were not indexed: their rows are dropped or deleted now. */
function countNotIndexed(dropped: Counts['dropped'], gone: number): Counts {
  return balance({ indexed: -dropped.deleted - dropped.removed_from_source - gone, dropped, failed: 0 })
}
