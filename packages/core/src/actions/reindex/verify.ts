import { findStates, listOrphanKeys } from '../../search/index.ts'
import type { ItemContext, WorkResult } from '../../tasks/index.ts'
import { countDropped, type ClosedRange } from '../../rows/index.ts'
import { compareDocuments } from './compare-documents.ts'
import { compareRange } from './compare-range.ts'
import { readDigests } from './digest-document.ts'
import { readFailedIds, withinIds } from './failed-ids.ts'
import { findMismatchedIds } from './find-mismatched-ids.ts'
import { readState } from './state.ts'
import { readDepth, sampleOf } from './verification-depth.ts'
import {
  toJson,
  comparisonSchema,
  countFields,
  type Differences,
  type Dropped,
  type Repaired,
  type Part,
} from './verification-parts.ts'

/** Maximum number of listed differing rows of a range; with more, the whole range is written again. */
const maxListed = 10_000

type Found = Pick<Differences, 'differing'> & Partial<Differences>

/**
 * Compares a part with the database or, after a repair, with what the repair wrote. The database keeps changing: later
 * differences are changes after `as_of`, so a second comparison with it would prove nothing.
 */
export async function verify(context: ItemContext): Promise<WorkResult> {
  const { part, mended: repaired } = comparisonSchema.parse(context.item.payload)
  const found =
    repaired === null ? await findDifferences(context, part) : await findUnrepaired(context, part, repaired)
  if (found === null) return { kind: 'paused' }
  const wasMended = repaired !== null
  const dropped = wasMended ? undefined : await countDroppedRows(context, part)
  const differences = { isCut: false, compared: 0, fields: {}, ...found, part, dropped, wasMended }
  return { kind: 'done', result: toJson.differences(differences) }
}

/** Counts dropped rows of a part. They may have changed since the load without a change of a document. */
async function countDroppedRows({ db, model }: ItemContext, part: Part): Promise<Dropped | undefined> {
  return 'end' in part ? countDropped(db, model, part) : undefined
}

/** Documents that differ from their rows, are missing, or are orphans; null: the item should be returned. */
async function findDifferences(context: ItemContext, part: Part): Promise<Found | null> {
  if ('keys' in part) {
    const differing = await findMismatchedIds(context, part.keys)
    return differing && { differing }
  }
  if ('strays' in part) {
    const { verifyUpTo } = readState(context)
    return { differing: await listOrphanKeys(context.search, context.task.index, verifyUpTo) }
  }
  const failedIds = await readFailedIds(context)
  const depth = readDepth(context)
  if (depth.documents && depth.sample === null) return compareFields(context, part, failedIds, null)
  const byIds = await compareRange(context, part, failedIds)
  if (!depth.documents) return byIds
  const sampled = await compareFields(context, part, failedIds, depth.sample)
  const differing = [...new Set([...byIds.differing, ...sampled.differing])]
  return { ...sampled, differing, isCut: byIds.isCut || sampled.isCut }
}

async function compareFields(
  context: ItemContext,
  range: ClosedRange,
  failedIds: readonly bigint[],
  sample: number | null,
): Promise<Found & { isCut: boolean }> {
  const { task, settings } = context
  const pages = compareDocuments({
    ...context,
    index: task.index,
    range,
    sampled: sample === null ? undefined : sampleOf(context, sample),
    failedIds: withinIds(failedIds, range),
    targetLength: settings.targetBodyLength,
  })
  const differing: string[] = []
  const orphans: string[] = []
  const fields = {}
  let [compared, isCut] = [0, false]
  for await (const page of pages) {
    compared += page.compared
    orphans.push(...page.orphans)
    const listed = page.differing.slice(0, maxListed - differing.length)
    differing.push(...listed)
    isCut ||= page.isCut || listed.length < page.differing.length
    countFields(fields, page.fields)
  }
  return { differing: [...differing, ...orphans], isCut, compared, fields }
}

/** Documents that differ from what the repair wrote. */
async function findUnrepaired(
  context: ItemContext,
  part: Part,
  repaired: readonly Repaired[],
): Promise<Found | null> {
  const { search, task, signal } = context
  const wanted = new Map(repaired.map((each) => [each.key, each]))
  const states = await findStates(search, task.index, [...wanted.keys()])
  const compared = repaired.filter(({ digest }) => digest !== undefined).map(({ key }) => key)
  const digests = await readDigests(search, task.index, compared, signal)
  const differing = [...wanted.values()]
    .filter(
      ({ key, state, digest }) => (states.get(key) ?? 'absent') !== state || digests.get(key) !== digest,
    )
    .map(({ key }) => key)
  if (!('strays' in part) && !('keys' in part)) return { differing }
  // Those beyond the limit of one list are found only after the first ones are removed.
  const others = await findDifferences(context, part)
  return others && { differing: [...differing, ...others.differing.filter((key) => !wanted.has(key))] }
}
