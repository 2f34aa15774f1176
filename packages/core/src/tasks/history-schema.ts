import { bigint, foreignKey, index, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { actionNames, boundBy, phases, taskEventTypes, taskStatuses } from '../contract/index.ts'
import { exactJson, instant } from './column-types.ts'
import type { Mark } from '../rows/index.ts'
import type { IndexRef } from './model-lock.ts'
import { countColumns, ingestion, task } from './schema.ts'

/** Indices that were verified, by OpenSearch's UUID. No foreign key, because they may outlive their tasks. */
export const indexRecord = ingestion.table('index_record', {
  uuid: text('uuid').primaryKey(),
  name: text('name').notNull(),
  model: text('model').notNull(),
  documents: bigint('documents', { mode: 'number' }).notNull(),
  asOf: instant('as_of'),
  taskId: uuid('task_id').notNull(),
  verifiedAt: instant('verified_at').notNull(),
  filteredFrom: text('filtered_from'),
  termsHash: text('terms_hash'),
  mark: exactJson<Mark>('mark'),
})

/** Moves of aliases: previous and new target. No foreign key, because they may outlive their tasks. */
export const aliasMove = ingestion.table(
  'alias_move',
  {
    // Assigned while the model's lock is held, so it gives the order of an alias's moves.
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    alias: text('alias').notNull(),
    model: text('model').notNull(),
    from: exactJson<readonly IndexRef[]>('moved_from').notNull(),
    to: exactJson<IndexRef>('moved_to'),
    taskId: uuid('task_id').notNull(),
    movedAt: instant('moved_at').notNull(),
  },
  (t) => [index('alias_move_last').on(t.alias, t.id), index('alias_move_recent').on(t.model, t.movedAt)],
)

/** Events of tasks. An event is written in the transaction of the change that it records. */
export const taskEvent = ingestion.table(
  'task_event',
  {
    // Assigned while the lock on events is held, so a reader that continues from an id misses none that commits later.
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    taskId: uuid('task_id').notNull(),
    type: text('type', { enum: taskEventTypes }).notNull(),
    at: instant('at').notNull(),
    phase: text('phase', { enum: phases }).notNull(),
    attempt: integer('attempt').notNull(),
    data: exactJson<Record<string, unknown>>('data').notNull(),
  },
  (t) => [
    foreignKey({ name: 'task_event_task', columns: [t.taskId], foreignColumns: [task.id] }).onDelete(
      'cascade',
    ),
    index('task_event_of_task').on(t.taskId, t.id),
  ],
)

/** Rows that a task accounted for in `task.rate_seconds` from `at` on; at most `maxRatePoints` per task. */
export const taskRate = ingestion.table(
  'task_rate',
  {
    taskId: uuid('task_id').notNull(),
    at: instant('at').notNull(),
    documents: bigint('documents', { mode: 'number' }).notNull(),
    /** The bottleneck that was reported last in the interval. */
    boundBy: text('bound_by', { enum: boundBy }),
  },
  (t) => [
    primaryKey({ columns: [t.taskId, t.at] }),
    foreignKey({ name: 'task_rate_task', columns: [t.taskId], foreignColumns: [task.id] }).onDelete(
      'cascade',
    ),
  ],
)

/** The leader among all processes: see SharedMaintenance. */
export const leader = ingestion.table('leader', {
  name: text('name').primaryKey(),
  holder: text('holder').notNull(),
  until: instant('until').notNull(),
})

/** Totals of all ended tasks, including removed ones: summing up a long history for each query would be slow. */
export const taskTotal = ingestion.table(
  'task_total',
  {
    action: text('action', { enum: actionNames }).notNull(),
    status: text('status', { enum: taskStatuses }).notNull(),
    tasks: bigint('tasks', { mode: 'number' }).notNull().default(0),
    ...countColumns,
  },
  (t) => [primaryKey({ columns: [t.action, t.status] })],
)
