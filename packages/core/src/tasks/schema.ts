import { sql, type SQL } from 'drizzle-orm'
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  uuid,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core'
import {
  actionNames,
  phases,
  taskStatuses,
  type TaskError,
  type TaskRequest,
  type Waiting,
} from '../contract/index.ts'
import { bigintText, exactJson, instant } from './column-types.ts'
import type { IndexRef } from './model-lock.ts'
import type { ActionState, Json } from './task-store.ts'

export const ingestion = pgSchema('ingestion')

/** Literals, not parameters: so the planner sees that a query's condition implies a partial index's. */
export const isActive = (status: AnyPgColumn): SQL => sql`${status} in ('queued', 'running')`
export const isOpen = (doneAt: AnyPgColumn): SQL => sql`${doneAt} is null`

const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0)

/**
 * The history of all tasks. Nothing that changes while a task works (counts, lease, stage) is in an index, so
 * that these updates stay within the row's page (HOT); the migrations leave room for them there.
 */
export const task = ingestion.table(
  'task',
  {
    id: uuid('id').primaryKey(),
    model: text('model').notNull(),
    action: text('action', { enum: actionNames }).notNull(),
    request: exactJson<TaskRequest>('request').notNull(),
    status: text('status', { enum: taskStatuses }).notNull().default('queued'),
    phase: text('phase', { enum: phases }).notNull().default('planning'),
    stage: integer('stage').notNull().default(0),
    /** The largest stage so far: a task may go back to an earlier one, and a new one must have a number of its own. */
    lastStage: integer('last_stage').notNull().default(0),
    indexName: text('index_name').notNull(),
    /** Index names that the task reserves while it is active. */
    reserve: exactJson<readonly string[]>('reserve').notNull(),
    state: exactJson<ActionState>('state').notNull(),
    read: count('read'),
    indexed: count('indexed'),
    droppedDeleted: count('dropped_deleted'),
    droppedRemovedFromSource: count('dropped_removed_from_source'),
    failed: count('failed'),
    catchUpIndexed: count('catch_up_indexed'),
    catchUpDeleted: count('catch_up_deleted'),
    catchUpFailed: count('catch_up_failed'),
    planned: bigint('planned', { mode: 'number' }),
    attempt: integer('attempt').notNull().default(1),
    waiting: exactJson<Waiting>('waiting'),
    error: exactJson<TaskError>('error'),
    requestedBy: text('requested_by'),
    asOf: instant('as_of'),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
    startedAt: instant('started_at'),
    loadStartedAt: instant('load_started_at'),
    loadFinishedAt: instant('load_finished_at'),
    finishedAt: instant('finished_at'),
    /** The lease on planning what follows the current stage; see work_item for the meaning. */
    leaseUntil: instant('lease_until'),
    leaseAttempt: integer('lease_attempt').notNull().default(0),
    worker: text('worker'),
  },
  (t) => [
    // Pages of the history, newest first (read backwards), for each filter.
    index('task_newest').on(t.createdAt, t.id),
    index('task_model_newest').on(t.model, t.createdAt, t.id),
    index('task_action_newest').on(t.action, t.createdAt, t.id),
    index('task_status_newest').on(t.status, t.createdAt, t.id),
    index('task_index_newest').on(t.indexName, t.createdAt, t.id),
    index('task_active').on(t.createdAt, t.id).where(isActive(t.status)),
    check(
      'task_status',
      sql`${t.status} in (${sql.raw(taskStatuses.map((name) => `'${name}'`).join(', '))})`,
    ),
    check(
      'task_counts_balance',
      sql`${t.read} = ${t.indexed} + ${t.droppedDeleted} + ${t.droppedRemovedFromSource} + ${t.failed}`,
    ),
  ],
)

/**
 * A lease is held from a claim, which adds one to `attempt`, until `lease_until` is set to null (given back) or
 * another claim takes it over, which it may once `lease_until` has passed on the database's clock. A holder
 * proves itself by the attempt.
 */
export const workItem = ingestion.table(
  'work_item',
  {
    taskId: uuid('task_id').notNull(),
    stage: integer('stage').notNull(),
    ordinal: integer('ordinal').notNull(),
    payload: exactJson<Json>('payload'),
    checkpoint: exactJson<Json>('checkpoint'),
    result: exactJson<Json>('result'),
    attempt: integer('attempt').notNull().default(0),
    leaseUntil: instant('lease_until'),
    /** Who has the item, or had it last. */
    worker: text('worker'),
    doneAt: instant('done_at'),
  },
  (t) => [
    primaryKey({ columns: [t.taskId, t.stage, t.ordinal] }),
    foreignKey({ name: 'work_item_task', columns: [t.taskId], foreignColumns: [task.id] }).onDelete(
      'cascade',
    ),
    // What a claim looks through: it shrinks as items get done.
    index('work_item_open').on(t.taskId, t.stage, t.ordinal).where(isOpen(t.doneAt)),
  ],
)

/** Rows that OpenSearch refused as documents; at most `maxFailedDocuments` a task. */
export const failedDocument = ingestion.table(
  'failed_document',
  {
    taskId: uuid('task_id').notNull(),
    documentId: bigintText('document_id').notNull(),
    status: integer('status').notNull(),
    // JSON strings, because a text column can't hold the NUL that a message or a body may hold.
    reason: exactJson<string>('reason').notNull(),
    body: exactJson<string>('body').notNull(),
    failedAt: instant('failed_at').notNull(),
    resolvedAt: instant('resolved_at'),
  },
  (t) => [
    primaryKey({ columns: [t.taskId, t.documentId] }),
    foreignKey({ name: 'failed_document_task', columns: [t.taskId], foreignColumns: [task.id] }).onDelete(
      'cascade',
    ),
  ],
)

/** Which active task may work on an index name. */
export const reservation = ingestion.table(
  'reservation',
  {
    indexName: text('index_name').primaryKey(),
    taskId: uuid('task_id').notNull(),
  },
  (t) => [
    foreignKey({ name: 'reservation_task', columns: [t.taskId], foreignColumns: [task.id] }).onDelete(
      'cascade',
    ),
    index('reservation_of_task').on(t.taskId),
  ],
)

/** Indices that were verified, by OpenSearch's UUID. They may outlive the history of tasks: no foreign key. */
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
})

/** What aliases pointed to before and since. It may outlive the history of tasks: no foreign key. */
export const aliasMove = ingestion.table(
  'alias_move',
  {
    // Given out while the model's lock is held, so it is the order in which an alias moved.
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
