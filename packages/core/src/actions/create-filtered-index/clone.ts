import { z } from 'zod'
import { durationText } from '../../duration-text.ts'
import { IndexExistsError, IndexReplacedError, SearchUnavailableError } from '../../errors.ts'
import {
  blockWrites,
  cloneIndex,
  countDocuments,
  getIndex,
  isWriteBlocked,
  putMeta,
  refreshIndex,
  requireClone,
  waitForGreen,
  type IndexInfo,
} from '../../search/index.ts'
import type { ItemContext, NextStep, StepContext, WorkResult } from '../../tasks/index.ts'
import { deleteTarget, isTargetOf, releaseSource } from './clean-up.ts'
import { countCopied, startCopying } from './copy.ts'
import { startDeleting } from './delete-sensitive.ts'
import { startOver } from './start-over.ts'
import { readState, sourceName, type FilterState } from './state.ts'
import { sensitiveTermSchema } from '../terms.ts'

const payloadSchema = z.object({ terms: z.array(sensitiveTermSchema) })

const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cloned'), uuid: z.string(), documents: z.int() }),
  /** The cluster can't clone, or cloning takes too long. */
  z.object({ kind: z.literal('impossible'), reason: z.string() }),
  z.object({ kind: z.literal('unequal'), reason: z.string() }),
])
type Outcome = z.infer<typeof outcomeSchema>

const checkpointSchema = z
  .object({
    /** When the first attempt began, milliseconds since the epoch. */
    since: z.number(),
    /** Saved before the block is removed, so that no retry clones a source that accepts writes again. */
    outcome: outcomeSchema.nullable(),
  })
  .nullable()

/** Timeout of one call that waits for the clone. */
const healthWaitMs = 1_000

/** Clones the source while its writes are blocked. */
export async function clone(context: ItemContext): Promise<WorkResult> {
  const { item, clock } = context
  const { terms } = payloadSchema.parse(item.payload)
  const state = readState(context)
  const saved = checkpointSchema.parse(item.checkpoint)
  const checkpoint = saved ?? { since: clock.now(), outcome: null }
  let { outcome } = checkpoint
  if (state.copies) outcome = { kind: 'impossible', reason: 'found out before' }
  if (!outcome) {
    // Saved only once, because each save resets the duration of an outage.
    if (!saved) await context.save({ checkpoint })
    outcome = await tryToClone(context, state, checkpoint.since)
    if (!outcome) return { kind: 'paused' }
    const copied = outcome.kind === 'cloned' ? outcome.documents : 0
    await context.save({ checkpoint: { ...checkpoint, outcome }, counts: countCopied(copied) })
  }
  await releaseSource(context)
  return { kind: 'done', result: { terms, outcome } }
}

/** @returns null when the item should be returned before the outcome is known; the source stays blocked meanwhile */
async function tryToClone(context: ItemContext, state: FilterState, since: number): Promise<Outcome | null> {
  const { task, search, settings, clock, signal } = context
  const source = await requireSource(context, state)
  if (state.sourceAlias !== null && !(await blockWrites(search, state.sourceAlias))) {
    throw new IndexReplacedError(source.name)
  }
  const refused = await requestClone(context, state, source)
  if (refused !== null) return { kind: 'impossible', reason: refused }
  while (!(await waitForGreen(search, task.index, healthWaitMs, context))) {
    signal.throwIfAborted()
    if (clock.now() - since > settings.cloneTimeoutMs) {
      return { kind: 'impossible', reason: `no clone within ${durationText(settings.cloneTimeoutMs)}` }
    }
    if (context.isPausing()) return null
  }
  return compare(context, state, source.name)
}

/** @returns the reason when the cluster refuses */
async function requestClone(
  { task, search }: ItemContext,
  { targetAlias, filteredFrom }: FilterState,
  source: IndexInfo,
): Promise<string | null> {
  const outcome = await cloneIndex(search, { source, target: task.index, alias: targetAlias })
  if (outcome === 'started') return null
  if (outcome === 'exists') {
    const target = await getIndex(search, task.index)
    // The index was created by an earlier run of this item, or by another program.
    if (!target?.aliases.includes(targetAlias)) throw new IndexExistsError(task.index)
    return null
  }
  const info = await getIndex(search, source.name)
  if (info?.uuid !== filteredFrom) throw new IndexReplacedError(source.name)
  if (!isWriteBlocked(info)) {
    throw new SearchUnavailableError(`the write block of ${source.name} was lifted before it was cloned`, {
      cause: outcome.refused,
    })
  }
  return outcome.refused.message
}

/** Neither has changed since the block began, so their document counts are equal. */
async function compare(
  { task, search }: ItemContext,
  { targetAlias, filteredFrom }: FilterState,
  source: string,
): Promise<Outcome> {
  const target = await getIndex(search, task.index)
  if (!target?.aliases.includes(targetAlias)) throw new IndexReplacedError(task.index)
  const origin = await getIndex(search, source)
  if (origin?.uuid !== filteredFrom) throw new IndexReplacedError(source)
  await requireClone(search, origin, target, targetAlias)
  await putMeta(search, targetAlias, { task_id: task.id, filtered_from: filteredFrom })
  await refreshIndex(search, `${source},${task.index}`)
  const expected = await countDocuments(search, source)
  const documents = await countDocuments(search, task.index)
  if (documents === expected) return { kind: 'cloned', uuid: target.uuid, documents }
  return { kind: 'unequal', reason: `the clone has ${documents} of ${expected} documents` }
}

async function requireSource(
  { task, search }: StepContext,
  { filteredFrom }: FilterState,
): Promise<IndexInfo> {
  const source = await getIndex(search, sourceName(task))
  if (source?.uuid !== filteredFrom) throw new IndexReplacedError(sourceName(task))
  return source
}

const resultsSchema = z.tuple([z.object({ terms: z.array(sensitiveTermSchema), outcome: outcomeSchema })])

/** Continues with the clone or, if there is none, with a copy. */
export async function afterCloning(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  const [{ terms, outcome }] = resultsSchema.parse(results)
  const state = readState(context)
  switch (outcome.kind) {
    case 'cloned':
      return startDeleting(
        context,
        { ...state, targetUuid: outcome.uuid, documents: outcome.documents },
        terms,
      )
    case 'impossible':
      await deleteTarget(context, isTargetOf(state))
      return startCopying(context, { ...state, copies: true }, terms)
    case 'unequal':
      return startOver(context, terms, outcome.reason)
  }
}
