import { z } from 'zod'
import type { Counts } from '../../contract/index.ts'
import { blockIndexWrites, startDeleteByQuery } from '../../search/index.ts'
import {
  noCounts,
  type ItemContext,
  type NextStep,
  type StepContext,
  type WorkResult,
} from '../../tasks/index.ts'
import { endTargetTasks } from './clean-up.ts'
import { startExpunging } from './expunge.ts'
import { fitQueries } from './fit-queries.ts'
import { followSearchTask } from './follow-search-task.ts'
import { startOver } from './start-over.ts'
import { readState, type FilterState } from './state.ts'
import { sensitiveTermSchema, type SensitiveTerm } from '../terms.ts'
import { findAnyTerm, splitTerms } from './term-query.ts'

const batchesSchema = z.array(z.array(sensitiveTermSchema))
const payloadSchema = z.object({ batches: batchesSchema })

const checkpointSchema = z.object({
  /** Number of the current batch. */
  batch: z.int(),
  /** Id of the OpenSearch task that deletes the batch; null: not started yet. */
  searchTask: z.string().nullable(),
  /** Documents deleted by the previous batches, and by this one so far. */
  deletedBefore: z.int(),
  deletedNow: z.int(),
})
type Checkpoint = z.infer<typeof checkpointSchema>
const firstCheckpoint: Checkpoint = { batch: 0, searchTask: null, deletedBefore: 0, deletedNow: 0 }

/**
 * One item for all batches: two concurrent batches would conflict on documents that both delete. OpenSearch runs each
 * batch in parallel slices.
 *
 * @param state with `targetUuid` and `documents` of the target before the first delete
 */
export async function startDeleting(
  context: StepContext,
  state: FilterState,
  terms: readonly SensitiveTerm[],
): Promise<NextStep> {
  return {
    kind: 'phase',
    phase: 'deleting_sensitive',
    items: [{ payload: { batches: await fitQueries(context, splitTerms(terms), findAnyTerm) } }],
    state,
  }
}

/** Deletes documents with a sensitive term, batch by batch. A batch doesn't see what earlier batches deleted. */
export async function deleteSensitive(context: ItemContext): Promise<WorkResult> {
  const { batches } = payloadSchema.parse(context.item.payload)
  let checkpoint = checkpointSchema.parse(context.item.checkpoint ?? firstCheckpoint)
  for (const batch of batches.slice(checkpoint.batch)) {
    const end = await deleteBatch(context, batch, checkpoint)
    if (end.kind === 'paused') return end
    if (end.kind === 'failed') return { kind: 'done', result: { batches, spoiled: end.reason, deleted: 0 } }
    checkpoint = {
      batch: checkpoint.batch + 1,
      searchTask: null,
      deletedBefore: checkpoint.deletedBefore + end.report.deleted,
      deletedNow: 0,
    }
    await context.save({ checkpoint })
  }
  return { kind: 'done', result: { batches, spoiled: null, deleted: checkpoint.deletedBefore } }
}

function deleteBatch(context: ItemContext, terms: readonly SensitiveTerm[], start: Checkpoint) {
  const { search, settings } = context
  const { targetAlias } = readState(context)
  const label = `${targetAlias}/${start.batch}`
  let checkpoint = start
  return followSearchTask(context, {
    label,
    id: start.searchTask,
    start: (requestsPerSecond) =>
      startDeleteByQuery(search, {
        index: targetAlias,
        query: findAnyTerm(terms),
        label,
        slices: settings.deleteSlices,
        requestsPerSecond,
      }),
    async onProgress(searchTask, report) {
      const deletedNow = report?.deleted ?? 0
      const deleted = deletedNow - checkpoint.deletedNow
      if (report && deleted === 0) return
      checkpoint = { ...checkpoint, searchTask, deletedNow }
      await context.save({ checkpoint, counts: countDeleted(deleted) })
    },
  })
}

/** Counts of documents that were removed from the target. */
function countDeleted(documents: number): Counts {
  return { ...noCounts, indexed: -documents, dropped: { ...noCounts.dropped, sensitive: documents } }
}

const resultsSchema = z.tuple([
  z.object({ batches: batchesSchema, spoiled: z.string().nullable(), deleted: z.int() }),
])

/** All deletes have ended; a refresh makes them visible. */
export async function afterDeleting(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  const [{ batches, spoiled: failure, deleted }] = resultsSchema.parse(results)
  const terms = batches.flat()
  if (failure !== null) return startOver(context, terms, failure)
  await endTargetTasks(context)
  const state = readState(context)
  await blockIndexWrites(context.search, context.task.index, state.targetAlias)
  return startExpunging(context, { ...state, deleted }, terms)
}
