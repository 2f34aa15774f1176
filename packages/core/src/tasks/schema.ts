import { sql, type SQL } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core'
import {
  actionNames,
  boundBy,
  phases,
  taskStatuses,
  type TaskError,
  type TaskRequest,
  type Waiting,
} from '../contract/index.ts'
import { bigintText, exactJson, instant } from './column-types.ts'
import { firstRateSeconds } from './rates.ts'
import type { ActionState, Json, LeftOutCounts, TaskResult } from './task-values.ts'

export const ingestion = pgSchema('ingestion')

/** Literals, not parameters: so the planner sees that a query's condition implies a partial index's. */
export const isActive = (status: AnyPgColumn): SQL => sql`${status} in ('queued', 'running')`
export const isOpen = (doneAt: AnyPgColumn): SQL => sql`${doneAt} is null`

const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0)

/** Rows by what became of them, of a task and of all tasks that ended: see Counts and CatchUpCounts. */
export const countColumns = {
  read: count('read'),
  indexed: count('indexed'),
  droppedDeleted: count('dropped_deleted'),
  droppedRemovedFromSource: count('dropped_removed_from_source'),
  droppedSensitive: count('dropped_sensitive'),
  failed: count('failed'),
  catchUpIndexed: count('catch_up_indexed'),
  catchUpDeleted: count('catch_up_deleted'),
  catchUpFailed: count('catch_up_failed'),
}

/** An object's keys are its names. */
export const countNames = Object.keys(countColumns) as (keyof typeof countColumns)[]

/** See TaskLimits. */
export const limitColumns = {
  documentsPerSecond: integer('documents_per_second'),
  inFlight: integer('in_flight'),
}

/** Columns of a task that only the store uses. */
export const internalColumns = {
  /** Index names that the task reserves while it is active. */
  reserve: exactJson<readonly string[]>('reserve').notNull(),
  /** The state that the task was made with; null: an empty one. */
  initialState: exactJson<ActionState>('initial_state'),
  /** Seconds that a point of `task_rate` stands for. */
  rateSeconds: integer('rate_seconds').notNull().default(firstRateSeconds),
  idempotencyKey: text('idempotency_key'),
  idempotencyFingerprint: text('idempotency_fingerprint'),
  /** The lease on planning what follows the current phase; see work_item for the meaning. */
  leaseUntil: instant('lease_until'),
  leaseAttempt: integer('lease_attempt').notNull().default(0),
  lapses: integer('lapses').notNull().default(0),
  worker: text('worker'),
}

/**
 * The history of all tasks. Nothing that changes while a task works (counts, lease, phase) is in an index, so
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
    /** The default is for servers of earlier releases. */
    phase: text('phase', { enum: phases }).notNull().default('planning'),
    /** Number of the phase that the task is in: new each time it enters one, unless it goes on with earlier items. */
    stage: integer('stage').notNull().default(0),
    /** The largest number so far: the next new one is this plus 1. */
    lastStage: integer('last_stage').notNull().default(0),
    /** The index that the task writes. */
    index: text('index_name').notNull(),
    state: exactJson<ActionState>('state').notNull(),
    ...countColumns,
    /** Null: everything could be read. */
    leftOut: exactJson<LeftOutCounts>('left_out'),
    /** Documents in the index when it was verified last; null before, or when there is none. */
    documents: bigint('documents', { mode: 'number' }),
    /** Rows that the load will read, an estimate. */
    planned: bigint('planned', { mode: 'number' }),
    /** 1, and one more for every retry. */
    attempt: integer('attempt').notNull().default(1),
    waiting: exactJson<Waiting>('waiting'),
    error: exactJson<TaskError>('error'),
    /** Null until the task has succeeded. */
    result: exactJson<TaskResult>('result'),
    requestedBy: text('requested_by'),
    /** Of the request that created the task, as its log lines have it. */
    requestId: text('request_id'),
    /** URL that is notified when the task has ended. */
    callbackUrl: text('callback_url'),
    ...limitColumns,
    /** What holds the load back, as its worker found last. */
    boundBy: text('bound_by', { enum: boundBy }),
    /** When a cancel was requested, and whether what was built so far stays; a retry clears both. */
    cancelRequestedAt: instant('cancel_requested_at'),
    keepIndex: boolean('keep_index').notNull().default(false),
    asOf: instant('as_of'),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
    startedAt: instant('started_at'),
    /** When the load began and ended, for its rate. */
    loadStartedAt: instant('load_started_at'),
    loadFinishedAt: instant('load_finished_at'),
    finishedAt: instant('finished_at'),
    ...internalColumns,
  },
  (t) => [
    // Pages of the history, newest first (read backwards), for each filter.
    index('task_newest').on(t.createdAt, t.id),
    index('task_model_newest').on(t.model, t.createdAt, t.id),
    index('task_action_newest').on(t.action, t.createdAt, t.id),
    index('task_status_newest').on(t.status, t.createdAt, t.id),
    index('task_index_newest').on(t.index, t.createdAt, t.id),
    index('task_requester_newest').on(t.requestedBy, t.createdAt, t.id),
    uniqueIndex('task_idempotency_key').on(t.idempotencyKey),
    // What retention looks through, oldest first.
    index('task_finished')
      .on(t.finishedAt)
      .where(sql`${t.finishedAt} is not null`),
    index('task_active').on(t.createdAt, t.id).where(isActive(t.status)),
    check(
      'task_status',
      sql`${t.status} in (${sql.raw(taskStatuses.map((name) => `'${name}'`).join(', '))})`,
    ),
    check(
      'task_counts_balance',
      sql`${t.read} = ${t.indexed} + ${t.droppedDeleted} + ${t.droppedRemovedFromSource} + ${t.droppedSensitive} + ${t.failed}`,
    ),
  ],
)

/**
 * A lease is held from a claim, which adds one to `attempt`, until `lease_until` is set to null (given back) or
 * another claim takes it over, which it may once `lease_until` has passed on the database's clock. A holder
 * proves itself by the attempt. `lapses` counts the holders in a row whose lease expired and that saved nothing.
 */
export const workItem = ingestion.table(
  'work_item',
  {
    taskId: uuid('task_id').notNull(),
    stage: integer('stage').notNull(),
    ordinal: integer('ordinal').notNull(),
    phase: text('phase', { enum: phases }).notNull(),
    payload: exactJson<Json>('payload'),
    checkpoint: exactJson<Json>('checkpoint'),
    result: exactJson<Json>('result'),
    attempt: integer('attempt').notNull().default(0),
    leaseUntil: instant('lease_until'),
    lapses: integer('lapses').notNull().default(0),
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

/** Rows that OpenSearch refused as documents; at most `maxFailedDocuments` a task, see boundDocuments for their bytes. */
export const failedDocument = ingestion.table(
  'failed_document',
  {
    taskId: uuid('task_id').notNull(),
    documentId: bigintText('document_id').notNull(),
    status: integer('status').notNull(),
    // JSON strings, because a text column can't hold the NUL that a message or a body may hold.
    reason: exactJson<string>('reason').notNull(),
    body: exactJson<string>('body').notNull(),
    /** Bytes of the body before it was shortened; null of rows that are older than this column. */
    bodyBytes: integer('body_bytes'),
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
