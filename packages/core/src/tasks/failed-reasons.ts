/** What is read of each failed document to group them by reason. */
interface FailedReason {
  id: string
  status: number
  /** The beginning of the reason: see `reasonLength`. */
  reason: string
  isResolved: boolean
}

/** Characters of a reason by which it is grouped: what differs later is a quoted value. */
export const reasonLength = 300

/** Characters that are compared once values are left out: numbers of different lengths shift what was cut off. */
const comparedLength = 240

interface ReasonGroup {
  status: number
  documents: number
  unresolved: number
  /** Ascending, as given. */
  ids: string[]
}

/**
 * Groups failed documents by their reason, most frequent first. Reasons are the same apart from the values in quotation
 * marks and the numbers in them.
 *
 * @param failed by ascending id
 */
export function groupReasons(failed: readonly FailedReason[]): ReasonGroup[] {
  const groups = new Map<string, ReasonGroup>()
  for (const { id, status, reason, isResolved } of failed) {
    const key = `${status} ${withoutValues(reason)}`
    const group = groups.get(key) ?? { status, documents: 0, unresolved: 0, ids: [] }
    groups.set(key, group)
    group.documents++
    if (!isResolved) group.unresolved++
    group.ids.push(id)
  }
  return [...groups.values()].sort((a, b) => b.documents - a.documents)
}

function withoutValues(reason: string): string {
  // The end of a value may be beyond the part that was read. An apostrophe within a word, as in "field's", is none.
  return reason
    .slice(0, reasonLength)
    .replace(/(?<![a-z])'.*?('(?![a-z])|$)|"[^"]*("|$)/gis, '…')
    .replace(/\d+/g, '0')
    .slice(0, comparedLength)
}
