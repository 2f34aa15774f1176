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

/** Literals, not parameters, so that the planner recognizes that a condition implies that of a partial index. */
export const isActive = (status: AnyPgColumn): SQL => sql`${status} in ('queued', 'running')`
export const hasSucceeded = (status: AnyPgColumn): SQL => sql`${status} = 'succeeded'`
export const hasFailed = (status: AnyPgColumn): SQL => sql`${status} = 'failed'`
export const isOpen = (doneAt: AnyPgColumn): SQL => sql`${doneAt} is null`
export const isFinished = (finishedAt: AnyPgColumn): SQL => sql`${finishedAt} is not null`

/** How long a finished task took, as `task_longest` has it; greatest ignores null: one that never started took no time. */
export const timeTaken = (startedAt: AnyPgColumn, finishedAt: AnyPgColumn): SQL =>
  sql`greatest(${finishedAt} - ${startedAt}, interval '0')`

interface SearchedColumns {
  index: AnyPgColumn
  errorCode: AnyPgColumn
  requestedBy: AnyPgColumn
}

/**
 * The texts of a task that a search reads, a line each, in lower case. Indices contain it, because computing it takes
 * longer than searching it.
 */
export const searchText = ({ index, errorCode, requestedBy }: SearchedColumns): SQL<string> =>
  sql`lower(${index} || chr(10) || coalesce(${errorCode}, '') || chr(10) || coalesce(${requestedBy}, ''))`

const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0)

/** Numbers of rows by outcome, of a task and of all ended tasks: see Counts and CatchUpCounts. */
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

/** The keys of the object are the names. */
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
  /** The initial state of the task; null: empty. */
  initialState: exactJson<ActionState>('initial_state'),
  /** Interval of a point of `task_rate`, seconds. */
  rateSeconds: integer('rate_seconds').notNull().default(firstRateSeconds),
  /**
   * The code in `error`. Postgres computes it, so that it is there for tasks of earlier releases too. From the text of
   * the JSON, in which toTaskError writes the title after the code: operator ->> refuses JSON with `\u0000`.
   */
  errorCode: text('error_code').generatedAlwaysAs(
    sql.raw(`substring(error::text from '^.*"code":"([^"\\\\]+)","title":"')`),
  ),
  idempotencyKey: text('idempotency_key'),
  idempotencyFingerprint: text('idempotency_fingerprint'),
  /** The lease on planning the next phase; works like that of work_item. */
  leaseUntil: instant('lease_until'),
  leaseAttempt: integer('lease_attempt').notNull().default(0),
  lapses: integer('lapses').notNull().default(0),
  worker: text('worker'),
}

/**
 * The history of all tasks. No column that changes while a task runs (counts, lease, phase) is in an index, so that
 * updates stay within the row's page (HOT); the migrations reserve space there.
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
    /** Number of the current phase: new each time a phase begins, unless it continues with earlier items. */
    stage: integer('stage').notNull().default(0),
    /** The largest stage number so far; the next new one is this plus 1. */
    lastStage: integer('last_stage').notNull().default(0),
    /** The index that the task writes. */
    index: text('index_name').notNull(),
    state: exactJson<ActionState>('state').notNull(),
    ...countColumns,
    /** Null: all values could be read. */
    leftOut: exactJson<LeftOutCounts>('left_out'),
    /** Documents in the index at its last verification; null before, or when there is none. */
    documents: bigint('documents', { mode: 'number' }),
    /** Estimated number of rows that the load will read. */
    planned: bigint('planned', { mode: 'number' }),
    /** Starts at 1; each retry adds 1. */
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
    /** The current bottleneck of the load, as last reported by a worker. */
    boundBy: text('bound_by', { enum: boundBy }),
    /** When a cancel was requested, and whether the unfinished index is kept; a retry clears both. */
    cancelRequestedAt: instant('cancel_requested_at'),
    keepIndex: boolean('keep_index').notNull().default(false),
    asOf: instant('as_of'),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`now()`),
    startedAt: instant('started_at'),
    /** Start and end of the load, for its rate. */
    loadStartedAt: instant('load_started_at'),
    loadFinishedAt: instant('load_finished_at'),
    finishedAt: instant('finished_at'),
    ...internalColumns,
  },
  (t) => [
    // Pages of the history in any order, searches and counts, from the index alone: no other column is needed to find
    // the tasks, and a search by a part of a name reads all of them. The columns in the text are needed too: without
    // them Postgres does not read the text from the index (PostgreSQL manual, 11.9).
    index('task_search').on(
      t.createdAt,
      t.id,
      t.status,
      t.model,
      t.action,
      t.index,
      t.requestedBy,
      t.errorCode,
      t.startedAt,
      t.finishedAt,
      searchText(t),
    ),
    // Pages of the longest and of the last finished tasks (read backwards), and retention.
    index('task_longest').on(timeTaken(t.startedAt, t.finishedAt), t.id).where(isFinished(t.finishedAt)),
    index('task_finished_last').on(t.finishedAt, t.id),
    // Pages of the history, newest first (read backwards), for each filter.
    index('task_model_newest').on(t.model, t.createdAt, t.id),
    index('task_action_newest').on(t.action, t.createdAt, t.id),
    index('task_status_newest').on(t.status, t.createdAt, t.id),
    index('task_index_newest').on(t.index, t.createdAt, t.id),
    index('task_requester_newest').on(t.requestedBy, t.createdAt, t.id),
    uniqueIndex('task_idempotency_key').on(t.idempotencyKey),
    index('task_active').on(t.createdAt, t.id).where(isActive(t.status)),
    // The last finished tasks of a kind: for their usual duration, and for the builds of a model.
    index('task_kind_finished').on(t.model, t.action, t.finishedAt, t.id).where(hasSucceeded(t.status)),
    // The failed tasks that match a query, by error code.
    index('task_failures')
      .on(
        t.errorCode,
        t.finishedAt,
        t.id,
        t.createdAt,
        t.model,
        t.action,
        t.index,
        t.requestedBy,
        searchText(t),
      )
      .where(hasFailed(t.status)),
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
 * A lease begins with a claim, which adds 1 to `attempt`. It ends when `lease_until` is set to null (released), or when
 * another claim takes it over after `lease_until` has passed on the database's clock. The attempt identifies the
 * holder. `lapses` counts consecutive holders whose lease expired without a save.
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
    /** The current or last holder of the item. */
    worker: text('worker'),
    /** First claim; and the last claim or save, from which the documents of the next save are counted. */
    startedAt: instant('started_at'),
    progressAt: instant('progress_at'),
    doneAt: instant('done_at'),
  },
  (t) => [
    primaryKey({ columns: [t.taskId, t.stage, t.ordinal] }),
    foreignKey({ name: 'work_item_task', columns: [t.taskId], foreignColumns: [task.id] }).onDelete(
      'cascade',
    ),
    // For claims: shrinks as items are completed.
    index('work_item_open').on(t.taskId, t.stage, t.ordinal).where(isOpen(t.doneAt)),
  ],
)

/**
 * Rows that OpenSearch refused as documents; at most `maxFailedDocuments` per task; boundDocuments limits their bytes.
 */
export const failedDocument = ingestion.table(
  'failed_document',
  {
    taskId: uuid('task_id').notNull(),
    documentId: bigintText('document_id').notNull(),
    status: integer('status').notNull(),
    // JSON strings, because a text column can't hold a NUL character, which a message or a body may contain.
    reason: exactJson<string>('reason').notNull(),
    body: exactJson<string>('body').notNull(),
    /** Bytes of the body before it was shortened; null for rows older than this column. */
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

/** The active task that has reserved an index name. */
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
