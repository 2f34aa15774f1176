import { getTableColumns } from 'drizzle-orm'
import { task } from '../../src/tasks/schema.ts'
import { toTaskRecord, type TaskRecord, type TaskRow } from '../../src/tasks/task-record.ts'

type GivenColumns = typeof task.$inferInsert & { createdAt: string }

/** The row of a new task, with the defaults of the schema. */
export function newTaskRow(given: GivenColumns): TaskRow {
  const row = Object.entries(getTableColumns(task)).map(([name, column]) => [
    name,
    given[name as keyof GivenColumns] ?? column.default ?? null,
  ])
  // Every column has a value: what has none and no default is given.
  return Object.fromEntries(row) as TaskRow
}

export function newTaskRecord(given: GivenColumns): TaskRecord {
  return toTaskRecord(newTaskRow(given))
}
