import { findStates, listOrphanKeys } from '../../search/index.ts'
import type { ItemContext, WorkResult } from '../../tasks/index.ts'
import { countDropped, type ClosedRange } from '../../rows/index.ts'
import { compareDocuments } from './compare-documents.ts'
import { compareRange } from './compare-range.ts'
import { readDigests } from './digest-document.ts'
import { readFailedIds, withinIds } from './failed-ids.ts'
import { findForeignKeys } from './find-foreign-keys.ts'
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

/** Rows of a range that are listed as differing; if there are more, all of the range is written again. */
const maxListed = 10_000

type Found = Pick<Differences, 'differing'> & Partial<Differences>

/**
 * Compares a part with the database, or, once it was repaired, with what the repair did. The database goes on changing:
 * what differs from it by then was changed after `as_of`, so comparing with it again would prove nothing.
 */
export async function verify(context: ItemContext): Promise<WorkResult> {
  const { part, mended } = comparisonSchema.parse(context.item.payload)
  const found =
    mended === null ? await findDifferences(context, part) : await findUnrepaired(context, part, mended)
  if (found === null) return { kind: 'paused' }
  const wasMended = mended !== null
  const dropped = wasMended ? undefined : await countDroppedRows(context, part)
  const differences = { isCut: false, compared: 0, fields: {}, ...found, part, dropped, wasMended }
  return { kind: 'done', result: toJson.differences(differences) }
}

/** Rows of a part that are no documents: which they are may have changed since the load, without a document's change. */
async function countDroppedRows({ db, model }: ItemContext, part: Part): Promise<Dropped | undefined> {
  return 'end' in part ? countDropped(db, model, part) : undefined
}

/** Documents that differ from their rows, are missing, or should not be there; null: to be given back. */
async function findDifferences(context: ItemContext, part: Part): Promise<Found | null> {
  if ('keys' in part) {
    const differing = await findForeignKeys(context, part.keys)
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

/** Documents that are not as the repair left them. */
async function findUnrepaired(
  context: ItemContext,
  part: Part,
  mended: readonly Repaired[],
): Promise<Found | null> {
  const { search, task, signal } = context
  const wanted = new Map(mended.map((each) => [each.key, each]))
  const states = await findStates(search, task.index, [...wanted.keys()])
  const compared = mended.filter(({ digest }) => digest !== undefined).map(({ key }) => key)
  const digests = await readDigests(search, task.index, compared, signal)
  const differing = [...wanted.values()]
    .filter(
      ({ key, state, digest }) => (states.get(key) ?? 'absent') !== state || digests.get(key) !== digest,
    )
    .map(({ key }) => key)
  if (!('strays' in part) && !('keys' in part)) return { differing }
  // More of them than are listed at once come to light only when the first are gone.
  const others = await findDifferences(context, part)
  return others && { differing: [...differing, ...others.differing.filter((key) => !wanted.has(key))] }
}
