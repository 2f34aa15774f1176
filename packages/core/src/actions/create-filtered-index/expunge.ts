import { z } from 'zod'
import {
  findSearchTasks,
  isForbidden,
  readIndexStorage,
  refreshIndex,
  startExpunge,
} from '../../search/index.ts'
import type { ItemContext, NextStep, StepContext, WorkResult } from '../../tasks/index.ts'
import { followSearchTask } from './follow-search-task.ts'
import { readState, type FilterState } from './state.ts'
import { sensitiveTermSchema, type SensitiveTerm } from '../terms.ts'
import { startVerification } from './verify.ts'

const payloadSchema = z.object({ terms: z.array(sensitiveTermSchema) })
const resultSchema = payloadSchema.extend({ warning: z.string().nullable() })

const checkpointSchema = z.object({
  /** Time of the first check whether the history was released, milliseconds since the epoch. */
  since: z.number(),
  /** Id of the OpenSearch task that merges; null: not started yet. */
  searchTask: z.string().nullable(),
})

const historyPollMs = 1_000
/** OpenSearch checks every 30 s which history its shards must retain. */
const maxHistoryMs = 90_000

/**
 * Rewrites the target without its deleted documents if there are many; otherwise continues with the verification.
 *
 * @param state with the number of documents that were deleted
 */
export async function startExpunging(
  context: StepContext,
  state: FilterState,
  terms: readonly SensitiveTerm[],
): Promise<NextStep> {
  const { search, settings } = context
  const share = (state.deleted ?? 0) / Math.max(1, state.documents ?? 0)
  if (share <= settings.expungeMinRatio) return startVerification(context, state, terms)
  const storage = await readIndexStorage(search, state.targetAlias)
  if (!storage)
    return startVerification(context, { ...state, warnings: [forbidden('indices:monitor/stats')] }, terms)
  if (storage.bytes * share < settings.expungeMinBytes) return startVerification(context, state, terms)
  return { kind: 'phase', phase: 'expunging', items: [{ payload: { terms: [...terms] } }], state }
}

/**
 * Starts a merge in OpenSearch. A failure is only a warning: the documents are correct, but the index uses more disk.
 */
export async function expunge(context: ItemContext): Promise<WorkResult> {
  const { item, search, clock } = context
  const { terms } = payloadSchema.parse(item.payload)
  const { targetAlias } = readState(context)
  const done = (warning: string | null): WorkResult => ({ kind: 'done', result: { terms, warning } })
  const saved = checkpointSchema.nullable().parse(item.checkpoint)
  const checkpoint = saved ?? { since: clock.now(), searchTask: null }
  if (!saved) await context.save({ checkpoint })
  const label = `${targetAlias}/expunge`
  try {
    if (
      checkpoint.searchTask === null &&
      !(await waitForHistory(context, targetAlias, label, checkpoint.since))
    ) {
      return { kind: 'paused' }
    }
    const end = await followSearchTask(context, {
      label,
      id: checkpoint.searchTask,
      isThrottled: false,
      start: () => startExpunge(search, { index: targetAlias, label }),
      async onProgress(searchTask, report) {
        if (!report) await context.save({ checkpoint: { ...checkpoint, searchTask } })
      },
    })
    if (end.kind === 'paused') return end
    if (end.kind === 'failed') return done(`deleted documents were not expunged: ${end.reason}`)
  } catch (error) {
    if (!isForbidden(error)) throw error
    return done(forbidden('indices:admin/forcemerge'))
  }
  // A refresh makes searches release the merged segments.
  await refreshIndex(search, targetAlias)
  const deleted = (await readIndexStorage(search, targetAlias))?.deleted ?? 0
  const share = deleted / Math.max(1, deleted + remaining(readState(context)))
  return done(
    share > context.settings.expungeMinRatio ? `${deleted} deleted documents are still stored` : null,
  )
}

/**
 * Waits until no retained history needs the deleted documents, so that a merge can remove them. Doesn't wait if a merge
 * is known to run.
 *
 * @returns false when the item should be returned
 */
async function waitForHistory(
  context: ItemContext,
  index: string,
  label: string,
  since: number,
): Promise<boolean> {
  const { search, clock, signal } = context
  if ((await findSearchTasks(search, (other) => other === label)).length > 0) return true
  while (clock.now() - since <= maxHistoryMs && (await readIndexStorage(search, index))?.isHistoryKept) {
    if (context.isPausing()) return false
    await clock.sleep(historyPollMs, signal)
  }
  return true
}

function forbidden(right: string): string {
  return `deleted documents were not expunged: OpenSearch forbids ${right}`
}

function remaining({ documents, deleted }: FilterState): number {
  return (documents ?? 0) - (deleted ?? 0)
}

/** From here on the index has its final size. */
export async function afterExpunging(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  const [{ terms, warning }] = z.tuple([resultSchema]).parse(results)
  const state = readState(context)
  return startVerification(context, { ...state, warnings: warning === null ? [] : [warning] }, terms)
}
