import type { Counts } from '../contract/index.ts'
import type { CatchUpCounts } from './task-store.ts'

export const noCounts: Counts = {
  read: 0,
  indexed: 0,
  dropped: { deleted: 0, removed_from_source: 0 },
  failed: 0,
}
export const noCatchUp: CatchUpCounts = { indexed: 0, deleted: 0, failed: 0 }

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    read: a.read + b.read,
    indexed: a.indexed + b.indexed,
    dropped: {
      deleted: a.dropped.deleted + b.dropped.deleted,
      removed_from_source: a.dropped.removed_from_source + b.dropped.removed_from_source,
    },
    failed: a.failed + b.failed,
  }
}

export function addCatchUp(a: CatchUpCounts, b: CatchUpCounts): CatchUpCounts {
  return { indexed: a.indexed + b.indexed, deleted: a.deleted + b.deleted, failed: a.failed + b.failed }
}

/** Documents that were dealt with: what a task's rate counts. */
export function accountedFor(counts: Counts, catchUp: CatchUpCounts): number {
  return counts.read + catchUp.indexed + catchUp.deleted + catchUp.failed
}

/** Refuses counts that would break the invariant of every task: read = indexed + dropped + failed. */
export function assertBalanced(counts: Counts): void {
  const { read, indexed, dropped, failed } = counts
  if (read !== indexed + dropped.deleted + dropped.removed_from_source + failed) {
    throw new RangeError(
      `rows are unaccounted for: read is not indexed + dropped + failed in ${JSON.stringify(counts)}`,
    )
  }
}
