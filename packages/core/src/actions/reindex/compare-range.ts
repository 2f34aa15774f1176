import { wasTooLong } from '../../database/index.ts'
import {
  listExpectedDocuments,
  readIdBounds,
  summarizeRows,
  type ClosedRange,
  type ExpectedDocument,
} from '../../rows/index.ts'
import { isSameSummary } from '../../id-checksum.ts'
import { listDocuments, summarizeDocuments, type IndexedDocument } from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import { withinIds } from './failed-ids.ts'
import { readState } from './state.ts'

/** Ranges of at most this many rows and documents are compared one by one; larger ones are halved first. */
const listedDocuments = 5_000n

export interface RangeDifferences {
  /** Keys whose row and document differ: missing, without a row, or mature on one side only; and those of new rows. */
  differing: string[]
  /** There are more new rows than those listed. */
  isCut: boolean
}

/**
 * Compares the rows of a range that should be documents with the existing documents: by number, sum and checksum of the
 * ids of mature ones and of the others, and where these differ, by single ids. Reads the state of the last refresh.
 *
 * Rows that were written since the catch-up began count as differing. Such a row may have the id of an earlier row that
 * was deleted before the catch-up read it, and whose document still exists.
 *
 * @param failedIds rows that OpenSearch refused: expected to have no document
 */
export async function compareRange(
  context: StepContext,
  range: ClosedRange,
  failedIds: readonly bigint[],
): Promise<RangeDifferences> {
  const { db, model, search, task, signal } = context
  signal.throwIfAborted()
  const failed = withinIds(failedIds, range)
  const options = { failedIds: failed, since: readState(context).newSince }
  let isLong = true
  try {
    const [rows, documents] = await Promise.all([
      summarizeRows(db, model, range, options),
      summarizeDocuments(search, task.index, range),
    ])
    if (isSameSummary(rows.summary, documents)) return { differing: rows.newIds, isCut: rows.isCut }
    isLong = [rows.summary, documents].some(
      ({ mature, others }) => mature.count + others.count > listedDocuments,
    )
  } catch (error) {
    // A standby or a limit of the role cancelled the statement: half of the range may succeed.
    if (!wasTooLong(error) || isSingle(range)) throw error
  }
  const middle = isLong ? await middleOf(context, range) : null
  if (middle !== null) {
    const lower = await compareRange(context, { after: range.after, end: middle }, failed)
    const upper = await compareRange(context, { after: middle, end: range.end }, failed)
    return {
      differing: [...lower.differing, ...upper.differing],
      isCut: lower.isCut || upper.isCut,
    }
  }
  const [expected, found] = await Promise.all([
    listExpectedDocuments(db, model, range, options),
    listDocuments(search, task.index, range),
  ])
  return { differing: compareLists(expected, found), isCut: false }
}

/** Whether a range can't be split. */
function isSingle({ after, end }: ClosedRange): boolean {
  return after !== null && end - after <= 1n
}

/** An id that splits a range in two; null for a range that can't be split. */
async function middleOf({ db, model }: StepContext, { after, end }: ClosedRange): Promise<bigint | null> {
  // Below the lowest row of an open range there can only be orphans.
  const middle =
    after === null ? ((await readIdBounds(db, model))?.min ?? end) - 1n : after + (end - after) / 2n
  return middle < end && middle !== after ? middle : null
}

/** The keys in which two lists differ, and those of new rows. */
export function compareLists(
  expected: readonly ExpectedDocument[],
  found: readonly IndexedDocument[],
): string[] {
  const unmatched = new Map(expected.map(({ id, mature, isNew }) => [String(id), isNew ? 'new' : mature]))
  const differing: string[] = []
  for (const { key, id, mature } of found) {
    // A document whose key is not its id has no row with that key in this range.
    if (key !== String(id) || unmatched.get(key) !== mature) differing.push(key)
    if (key === String(id)) unmatched.delete(key)
  }
  return [...differing, ...unmatched.keys()]
}
