import type { Counts } from '../contract/index.ts'
import { sensitiveIn } from './counts.ts'
import { countColumns, internalColumns, limitColumns, type task } from './schema.ts'
import type { CatchUpCounts, LeftOutCounts, TaskLimits } from './task-values.ts'

export type TaskRow = typeof task.$inferSelect

type CountRow = Pick<TaskRow, keyof typeof countColumns>
type OtherColumn = keyof typeof internalColumns | keyof typeof limitColumns | keyof CountRow | 'leftOut'

/**
 * A task as the store returns it: its row in `schema.ts`, which documents the columns, with some of them grouped. Times
 * are ISO 8601 in UTC.
 */
export interface TaskRecord extends Omit<TaskRow, OtherColumn> {
  counts: Counts
  catchUp: CatchUpCounts
  /** Rows of the load in which a field could not be read, by the field's name. */
  leftOut: LeftOutCounts
  limits: TaskLimits
}

const otherColumns: ReadonlySet<string> = new Set([
  ...Object.keys({ ...internalColumns, ...limitColumns, ...countColumns }),
  'leftOut',
])

export function toTaskRecord(row: TaskRow): TaskRecord {
  const columns = Object.entries(row).filter(([name]) => !otherColumns.has(name))
  return {
    // Both are derived from the same names.
    ...(Object.fromEntries(columns) as Omit<TaskRow, OtherColumn>),
    counts: toCounts(row),
    catchUp: toCatchUp(row),
    leftOut: row.leftOut ?? {},
    limits: { documentsPerSecond: row.documentsPerSecond, inFlight: row.inFlight },
  }
}

export function toCounts(row: CountRow): Counts {
  const { read, indexed, droppedDeleted, droppedRemovedFromSource, droppedSensitive, failed } = row
  return {
    read,
    indexed,
    dropped: {
      deleted: droppedDeleted,
      removed_from_source: droppedRemovedFromSource,
      ...(droppedSensitive !== 0 && { sensitive: droppedSensitive }),
    },
    failed,
  }
}

export function fromCounts({ read, indexed, dropped, failed }: Counts) {
  return {
    read,
    indexed,
    droppedDeleted: dropped.deleted,
    droppedRemovedFromSource: dropped.removed_from_source,
    droppedSensitive: sensitiveIn(dropped),
    failed,
  }
}

export function toCatchUp({ catchUpIndexed, catchUpDeleted, catchUpFailed }: CountRow): CatchUpCounts {
  return { indexed: catchUpIndexed, deleted: catchUpDeleted, failed: catchUpFailed }
}
