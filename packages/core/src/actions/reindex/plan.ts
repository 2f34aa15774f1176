import { IndexExistsError } from '../../errors.ts'
import { IndexClosedError } from '../../index-errors.ts'
import {
  chooseCatchUp,
  closedRangeSchema,
  estimateRows,
  readMark,
  readUsableCatalog,
  readRanges,
  type CatalogFacts,
} from '../../rows/index.ts'
import {
  chooseReplicas,
  chooseShards,
  countDataNodes,
  createIndex,
  deleteIndex,
  getIndex,
  isWriteAlias,
  loadSettings,
  putSettings,
  replaceWriteAlias,
  writeAliasName,
  type IndexInfo,
} from '../../search/index.ts'
import type { NextStep, StepContext } from '../../tasks/index.ts'
import { requireFit } from '../preflight/require-fit.ts'
import { describeModelIndex, fingerprintModel } from './model-index.ts'
import { readFailedIds, splitFailedIds } from './failed-ids.ts'
import { builtIndex, earlierState, readState, storeState, type ReindexState } from './state.ts'

/** Looks at the table, creates the index and splits the key space; or goes on with what an earlier run left. */
export async function plan(context: StepContext): Promise<NextStep> {
  const { db, model, task, search } = context
  const facts = await readUsableCatalog(db, model)
  const tableOid = facts.table.oid
  const existing = await getIndex(search, task.index)
  if (existing && existing.meta['task_id'] !== task.id) throw new IndexExistsError(task.index)
  if (existing?.isClosed) throw new IndexClosedError(task.index)

  const earlier = earlierState(context)
  const isSame =
    earlier?.tableOid === tableOid &&
    (earlier.definition === null || earlier.definition === (await fingerprintModel(db, model)))
  if (earlier && isSame && existing?.uuid === earlier.indexUuid) return resume(context, earlier)
  // An index of this task without a state that fits it: the run that made it ended before it could say so, was
  // cancelled, or the table or the model is another one now. There is nothing in it worth keeping, unless somebody is
  // served by it.
  if (existing) {
    if (await isInUse(context, existing)) throw new IndexExistsError(task.index)
    await deleteIndex(search, task.index)
  }
  return start(context, facts)
}

async function start(context: StepContext, facts: CatalogFacts): Promise<NextStep> {
  const { db, model, task, search, settings } = context
  const tableOid = facts.table.oid
  // Before anything else is read: what changes from here on is the catch-up's.
  const { mark, asOf } = await readMark(db, model, tableOid)
  const rows = await estimateRows(db, model)
  const ranges = await readRanges(db, model, { oid: tableOid, rows, rowsPerRange: settings.rowsPerItem })
  const dataNodes = await countDataNodes(search)
  // A number that no run before had, so that a late writer of one finds no alias. Stages are never numbered twice, and
  // every new alias comes with at least one stage.
  const aliasNumber = task.lastStage + 1
  const alias = writeAliasName(task, aliasNumber)
  const shards = chooseShards(settings, rows, dataNodes)
  await requireFit(context, { shards, replicas: chooseReplicas(settings, dataNodes) })
  const created = await createIndex(search, {
    ...describeModelIndex(model, task.index, shards),
    mappings: { ...model.mappings, _meta: { task_id: task.id } },
    aliases: [alias],
  })
  const state: ReindexState = {
    indexUuid: created.uuid,
    tableOid,
    definition: await fingerprintModel(db, model),
    // A standby that can't say what it has replayed: changes by time are looked for from the beginning.
    plannedAt: asOf ?? new Date(0).toISOString(),
    planMark: mark,
    mark: null,
    catchUpBy: chooseCatchUp(model, facts),
    readsAll: false,
    loadUpTo: ranges.at(-1)?.end ?? null,
    loadStage: task.lastStage + 1,
    aliasNumber,
    verifyUpTo: null,
    newSince: null,
    round: 0,
    sealedAt: null,
    repeats: 0,
    dataNodes,
    documents: null,
  }
  return {
    kind: 'phase',
    phase: 'loading',
    items: ranges.map((range) => ({
      payload: closedRangeSchema.encode(range),
    })),
    state: storeState(state),
    planned: rows,
    reset: true,
  }
}

/** The load goes on from its checkpoints; everything after it is done again, from the same moment on. */
async function resume(context: StepContext, earlier: ReindexState): Promise<NextStep> {
  const { task, search } = context
  const aliasNumber = earlier.aliasNumber + 1
  const index = { name: task.index, uuid: earlier.indexUuid }
  const alias = writeAliasName(task, aliasNumber)
  await replaceWriteAlias(search, index, alias)
  await putSettings(search, { index: task.index, alias }, { ...loadSettings, 'blocks.write': null })
  const state = { ...earlier, aliasNumber, round: 0, documents: null }
  // A task has room for so many failed documents. Where the load has not ended, those that can be written by now make
  // room for what it still finds; otherwise the catch-up tries them, which is next.
  const failedIds = earlier.verifyUpTo === null ? await readFailedIds(context) : []
  if (failedIds.length === 0) return goOnLoading(state)
  return {
    kind: 'phase',
    phase: 'redriving',
    items: splitFailedIds(failedIds),
    state: storeState({ ...state, resumes: true }),
  }
}

/** The failed documents were tried again: now the rest of the load, through an alias of its own. */
export async function resumeLoad(context: StepContext): Promise<NextStep> {
  const { task, search } = context
  const state = { ...readState(context), resumes: undefined }
  const aliasNumber = state.aliasNumber + 1
  await replaceWriteAlias(search, builtIndex(context, state), writeAliasName(task, aliasNumber))
  return goOnLoading({ ...state, aliasNumber })
}

function goOnLoading(state: ReindexState): NextStep {
  return {
    kind: 'phase',
    phase: 'loading',
    items: { fromStage: state.loadStage },
    state: storeState(state),
  }
}

/** Whether an index that this task has built was verified, or has an alias that is no task's own. */
async function isInUse({ store }: StepContext, { uuid, aliases }: IndexInfo): Promise<boolean> {
  return aliases.some((alias) => !isWriteAlias(alias)) || (await store.getIndex(uuid)) !== null
}
