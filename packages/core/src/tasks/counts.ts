import type { Counts } from '../contract/index.ts'
import type { CatchUpCounts, LeftOutCounts } from './task-values.ts'

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
    dropped: addDropped(a.dropped, b.dropped),
    failed: a.failed + b.failed,
  }
}

function addDropped(a: Counts['dropped'], b: Counts['dropped']): Counts['dropped'] {
  const sensitive = sensitiveIn(a) + sensitiveIn(b)
  return {
    deleted: a.deleted + b.deleted,
    removed_from_source: a.removed_from_source + b.removed_from_source,
    ...(sensitive !== 0 && { sensitive }),
  }
}

/** Documents that were removed because of a sensitive term: none if nothing is filtered. */
export function sensitiveIn({ sensitive = 0 }: Counts['dropped']): number {
  return sensitive
}

function sumDropped(dropped: Counts['dropped']): number {
  return dropped.deleted + dropped.removed_from_source + sensitiveIn(dropped)
}

/** Counts in which every read row is indexed, dropped or failed. */
export function balance(counts: Omit<Counts, 'read'>): Counts {
  return { ...counts, read: counts.indexed + sumDropped(counts.dropped) + counts.failed }
}

/**
 * Moves rows from indexed to failed, or back if the number is negative. A failed row that was not counted before,
 * because it was inserted after the load had passed its id, also counts as read.
 */
export function moveToFailed(counts: Counts, rows: number): Counts {
  const moved = Math.max(rows, -counts.failed)
  const indexed = counts.indexed - Math.min(moved, Math.max(0, counts.indexed))
  return balance({ ...counts, indexed, failed: counts.failed + moved })
}

export function addCatchUp(a: CatchUpCounts, b: CatchUpCounts): CatchUpCounts {
  return { indexed: a.indexed + b.indexed, deleted: a.deleted + b.deleted, failed: a.failed + b.failed }
}

export function addLeftOut(a: LeftOutCounts, b: LeftOutCounts): LeftOutCounts {
  const sum: Record<string, number> = { ...a }
  for (const [field, rows] of Object.entries(b)) sum[field] = (sum[field] ?? 0) + rows
  return sum
}

/** Processed documents, which a task's rate counts. */
export function accountedFor(counts: Counts, catchUp: CatchUpCounts): number {
  const taken = sensitiveIn(counts.dropped) + catchUp.deleted
  return counts.read + taken + catchUp.indexed + catchUp.failed
}

/** Rejects counts that violate the invariant of every task: read = indexed + dropped + failed. */
export function assertBalanced(counts: Counts): void {
  if (counts.read !== balance(counts).read) {
    throw new RangeError(
      `rows are unaccounted for: read is not indexed + dropped + failed in ${JSON.stringify(counts)}`,
    )
  }
}
