import { z } from 'zod'
import type { Counts } from '../../contract/index.ts'
import { IndexReplacedError } from '../../errors.ts'
import { countRanges, idRangeSchema, rangesUpTo, type IdRange } from '../../rows/index.ts'
import {
  countDocuments,
  createIndexLike,
  getIndex,
  readIdBorders,
  readIdRange,
  refreshIndex,
  startCopy,
} from '../../search/index.ts'
import {
  noCounts,
  type ItemContext,
  type NextStep,
  type StepContext,
  type WorkResult,
} from '../../tasks/index.ts'
import { startDeleting } from './delete-sensitive.ts'
import { followSearchTask } from './follow-search-task.ts'
import { startOver } from './start-over.ts'
import { readState, sourceName, type FilterState } from './state.ts'
import { sensitiveTermSchema, type SensitiveTerm } from '../terms.ts'

const carriedSchema = z.object({ terms: z.array(sensitiveTermSchema) })
const payloadSchema = z.union([idRangeSchema, carriedSchema])
const checkpointSchema = z.object({ searchTask: z.string(), copied: z.int() }).nullable()

/**
 * If the cluster can't clone: creates an index like the source and fills it by ranges of ids. The source accepts writes
 * meanwhile. Each range has the documents that one search of the source returned.
 */
export async function startCopying(
  context: StepContext,
  state: FilterState,
  terms: readonly SensitiveTerm[],
): Promise<NextStep> {
  const { task, search, settings } = context
  const source = await getIndex(search, sourceName(task))
  if (source?.uuid !== state.filteredFrom) throw new IndexReplacedError(sourceName(task))
  const target = await createIndexLike(search, source, {
    name: task.index,
    alias: state.targetAlias,
    meta: { task_id: task.id, filtered_from: source.uuid },
  })
  const documents = await countDocuments(search, source.name)
  const bounds = await readIdRange(search, source.name)
  const borders = await readIdBorders(search, source.name, countRanges(documents, settings.rowsPerItem))
  const ranges = bounds ? rangesUpTo(bounds.max, borders) : []
  // The first range has no lower and the last no upper bound, so every document is in a range.
  const payloads = ranges.map(({ after, end }, position) =>
    idRangeSchema.encode({ after, end: position === ranges.length - 1 ? null : end }),
  )
  return {
    kind: 'phase',
    phase: 'copying',
    items: [...payloads, { terms: [...terms] }].map((payload) => ({ payload })),
    state: { ...state, targetUuid: target.uuid },
  }
}

/** Copies the documents of a range. The item that only carries the terms returns them as its result. */
export async function copy(context: ItemContext): Promise<WorkResult> {
  const { item, task, search, settings } = context
  const payload = payloadSchema.parse(item.payload)
  if ('terms' in payload) return { kind: 'done', result: payload }
  const { targetAlias } = readState(context)
  const label = `${targetAlias}/copy-${item.ordinal}`
  const saved = checkpointSchema.parse(item.checkpoint)
  let copied = saved?.copied ?? 0
  const end = await followSearchTask(context, {
    label,
    id: saved?.searchTask ?? null,
    start: (requestsPerSecond) =>
      startCopy(search, {
        source: sourceName(task),
        query: rangeQuery(payload),
        alias: targetAlias,
        label,
        slices: settings.deleteSlices,
        requestsPerSecond,
      }),
    async onProgress(searchTask, report) {
      const before = copied
      copied = report ? report.created + report.updated : before
      if (report && copied === before) return
      await context.save({ checkpoint: { searchTask, copied }, counts: countCopied(copied - before) })
    },
  })
  if (end.kind === 'paused') return end
  if (end.kind === 'failed') return { kind: 'done', result: { spoiled: end.reason } }
  return { kind: 'done', result: { copied } }
}

/** Counts of the documents copied to the target, before any is deleted. */
export function countCopied(documents: number): Counts {
  return { ...noCounts, read: documents, indexed: documents }
}

/** `must_not` for the upper bound, so that documents without an id are in the first range. */
function rangeQuery({ after, end }: IdRange): Record<string, unknown> {
  return {
    bool: {
      ...(after !== null && { filter: { range: { id: { gt: after.toString() } } } }),
      ...(end !== null && { must_not: { range: { id: { gt: end.toString() } } } }),
    },
  }
}

const resultsSchema = z.array(
  z.union([z.object({ copied: z.int() }), z.object({ spoiled: z.string() }), carriedSchema]),
)

/** Checks that the copy is complete. From here on it is treated like a clone. */
export async function afterCopying(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  const { task, search } = context
  const parsed = resultsSchema.parse(results)
  const terms = parsed.flatMap((result) => ('terms' in result ? result.terms : []))
  const failed = parsed.find((result) => 'spoiled' in result)
  if (failed) return startOver(context, terms, failed.spoiled)
  const copied = parsed.reduce((sum, result) => sum + ('copied' in result ? result.copied : 0), 0)
  await refreshIndex(search, task.index)
  const documents = await countDocuments(search, task.index)
  if (documents !== copied) {
    return startOver(context, terms, `the copy has ${documents} documents, ${copied} were copied`)
  }
  return startDeleting(context, { ...readState(context), documents }, terms)
}
