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
import { requireClusterReady } from '../preflight/require-cluster-ready.ts'
import { describeModelIndex, fingerprintModel } from './model-index.ts'
import { readFailedIds, splitFailedIds } from './failed-ids.ts'
import { builtIndex, earlierState, readState, storeState, type ReindexState } from './state.ts'

/** Checks the table, creates the index and splits the key space; or continues with the state of an earlier run. */
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
  // The index belongs to this task, but no state matches it: the run that created it died before it saved its state,
  // was cancelled, or the table or the model has changed. The index is deleted unless it is in use.
  if (existing) {
    if (await isInUse(context, existing)) throw new IndexExistsError(task.index)
    await deleteIndex(search, task.index)
  }
  return start(context, facts)
}

async function start(context: StepContext, facts: CatalogFacts): Promise<NextStep> {
  const { db, model, task, search, settings } = context
  const tableOid = facts.table.oid
  // Recorded before anything else is read: the catch-up reads changes from here on.
  const { mark, asOf } = await readMark(db, model, tableOid)
  const rows = await estimateRows(db, model)
  const ranges = await readRanges(db, model, { oid: tableOid, rows, rowsPerRange: settings.rowsPerItem })
  const dataNodes = await countDataNodes(search)
  // A number that no earlier run had, so that a late writer of such a run finds no alias. Stage numbers are never
  // reused, and every new alias comes with at least one new stage.
  const aliasNumber = task.lastStage + 1
  const alias = writeAliasName(task, aliasNumber)
  const shards = chooseShards(settings, rows, dataNodes)
  await requireClusterReady(context, { shards, replicas: chooseReplicas(settings, dataNodes) })
  const created = await createIndex(search, {
    ...describeModelIndex(model, task.index, shards),
    mappings: { ...model.mappings, _meta: { task_id: task.id } },
    aliases: [alias],
  })
  const state: ReindexState = {
    indexUuid: created.uuid,
    tableOid,
    definition: await fingerprintModel(db, model),
    // A standby that doesn't report what it has replayed: the search for changes by time starts at the beginning.
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

/** Continues the load from its checkpoints. Everything after the load is done again, with the same mark. */
async function resume(context: StepContext, earlier: ReindexState): Promise<NextStep> {
  const { task, search } = context
  const aliasNumber = earlier.aliasNumber + 1
  const index = { name: task.index, uuid: earlier.indexUuid }
  const alias = writeAliasName(task, aliasNumber)
  await replaceWriteAlias(search, index, alias)
  await putSettings(search, { index: task.index, alias }, { ...loadSettings, 'blocks.write': null })
  const state = { ...earlier, aliasNumber, round: 0, documents: null }
  // The number of failed documents per task is limited. If the load has not ended, they are retried first, so that the
  // load can add further ones. Otherwise the catch-up, which is next, retries them.
  const failedIds = earlier.verifyUpTo === null ? await readFailedIds(context) : []
  if (failedIds.length === 0) return goOnLoading(state)
  return {
    kind: 'phase',
    phase: 'redriving',
    items: splitFailedIds(failedIds),
    state: storeState({ ...state, resumes: true }),
  }
}

/** After the retry of the failed documents: continues the load, through a new alias. */
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

/** Whether an index of this task was verified, or has an alias that belongs to no task. */
async function isInUse({ store }: StepContext, { uuid, aliases }: IndexInfo): Promise<boolean> {
  return aliases.some((alias) => !isWriteAlias(alias)) || (await store.getIndex(uuid)) !== null
}
