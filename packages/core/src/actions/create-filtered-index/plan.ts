import { IndexExistsError, IndexNotFoundError, IndexUnverifiedError } from '../../errors.ts'
import { IndexChangedError, IndexClosedError } from '../../index-errors.ts'
import {
  chooseReplicas,
  countDataNodes,
  countDocuments,
  getIndex,
  isWriteAlias,
  isWriteBlocked,
  replaceWriteAlias,
  writeAliasName,
  type IndexInfo,
} from '../../search/index.ts'
import type { IndexRecord, NextStep, StepContext } from '../../tasks/index.ts'
import { countChange } from '../count-change.ts'
import { requireClusterReady } from '../preflight/require-cluster-ready.ts'
import { deleteTarget, isTargetOfAnyRun, releaseSource } from './clean-up.ts'
import { earlierState, sourceName, type FilterState } from './state.ts'
import { hashTerms, readTerms, type SensitiveTerm } from '../terms.ts'

/** Checks the source and the terms. Removes what an earlier run left, because the terms may have changed since. */
export async function plan(context: StepContext): Promise<NextStep> {
  const { task, search } = context
  await releaseSource(context)
  await deleteTarget(context, isTargetOfAnyRun(context))
  if (await getIndex(search, task.index)) throw new IndexExistsError(task.index)

  const source = await findSource(context)
  const terms = await readTerms(context, source.info.name)
  const replicas = chooseReplicas(context.settings, await countDataNodes(search))
  await requireClusterReady(context, {
    shards: Number(source.info.settings['number_of_shards'] ?? 1),
    replicas,
  })
  return startCloning(context, source, terms, {
    round: 1,
    aliasNumber: (earlierState(context)?.aliasNumber ?? 0) + 1,
    copies: false,
  })
}

export interface Source {
  info: IndexInfo
  record: IndexRecord
}

/** The index to filter. @throws IndexNotFoundError, IndexClosedError, IndexUnverifiedError, IndexChangedError */
export async function findSource({ task, search, store }: StepContext): Promise<Source> {
  const name = sourceName(task)
  const info = await getIndex(search, name)
  if (!info) throw new IndexNotFoundError(name)
  if (info.isClosed) throw new IndexClosedError(name)
  const record = await store.getIndex(info.uuid)
  if (!record) throw new IndexUnverifiedError(name)
  const change = await countChange(search, info, record)
  if (change?.isLarge) throw new IndexChangedError(name, [change.text], 'build it again with REINDEX first')
  return { info, record }
}

/**
 * Records in the task which source it will block, before it does. The list of terms passes from phase to phase as the
 * result of an item, because the task itself is read often and would become large.
 */
export async function startCloning(
  context: StepContext,
  { info, record }: Source,
  terms: readonly SensitiveTerm[],
  run: Pick<FilterState, 'round' | 'aliasNumber' | 'copies'>,
): Promise<NextStep> {
  const { task, search } = context
  // A block beside a write alias remained from that task; a block without one was set by another program.
  const isOthersBlock = isWriteBlocked(info) && !info.aliases.some(isWriteAlias)
  const sourceAlias = isOthersBlock || run.copies ? null : writeAliasName(task, run.aliasNumber * 2 - 1)
  if (sourceAlias !== null) await replaceWriteAlias(search, info, sourceAlias)
  const state: FilterState = {
    ...run,
    filteredFrom: info.uuid,
    termsHash: await hashTerms(terms),
    sourceAlias,
    targetAlias: writeAliasName(task, run.aliasNumber * 2),
    targetUuid: null,
    documents: null,
    deleted: null,
    warnings: [],
  }
  return {
    kind: 'phase',
    phase: 'cloning',
    items: [{ payload: { terms: [...terms] } }],
    state,
    planned: await countDocuments(search, info.name),
    ...(record.asOf !== null && { asOf: record.asOf }),
    reset: true,
  }
}
