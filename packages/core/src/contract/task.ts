import { z } from 'zod'
import { taskErrorSchema } from './problem.ts'
import { actionNames, phases } from './actions/facts.ts'

export const taskStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type TaskStatus = (typeof taskStatuses)[number]

const count = z.int().min(0)

/**
 * Rows by result: read = indexed + dropped + failed at any time. `failed` counts rows with unresolved failed documents,
 * from any phase; a row that is written later counts as indexed from then on. Once verification has passed, these are
 * the numbers of the verified index: `indexed` equals `documents`.
 */
export const countsSchema = z.object({
  read: count,
  indexed: count,
  dropped: z.object({
    deleted: count,
    removed_from_source: count,
    /** Documents removed because they contain a sensitive term; only for a task that filters. */
    sensitive: count.optional(),
  }),
  failed: count,
})
export type Counts = z.infer<typeof countsSchema>

/** Present while the task waits for an unavailable service; it retries by itself. */
export const waitingSchema = z.object({
  for: z.enum(['opensearch', 'postgres']),
  reason: z.string(),
  since: z.iso.datetime(),
  next_attempt_at: z.iso.datetime(),
})
export type Waiting = z.infer<typeof waitingSchema>

export const taskLimitsSchema = z.object({
  documents_per_second: z.int().min(1).nullable(),
  in_flight: z.int().min(1).nullable(),
})

/** The bottleneck of a load. */
export const boundBy = ['reading', 'converting', 'opensearch', 'limit'] as const
export type BoundBy = (typeof boundBy)[number]

/** `GET /task/{id}`. Times are RFC 3339 in UTC; `rate` is rows per second over the load so far. */
export const taskSchema = z.object({
  task_id: z.uuid(),
  model: z.string(),
  action: z.enum(actionNames),
  status: z.enum(taskStatuses),
  active: z.boolean(),
  /** 0 to 99 by rows accounted for, or as far as it came if it failed or was cancelled; 100 only when it succeeded. */
  progress: z.int().min(0).max(100),
  phase: z.enum(phases),
  index: z.string().nullable(),
  counts: countsSchema.extend({
    planned: count.nullable(),
    /**
     * Rows of the load with an unreadable field value, by field name: the field was omitted from the document. Only
     * `mature` is never omitted: an unreadable flag counts as true. Absent if everything was readable.
     */
    left_out: z.record(z.string(), count).optional(),
  }),
  /**
   * Work after the load: documents written again or for the first time, and deleted ids. These are operations, not
   * rows, so don't add them to `counts`. `failed` is always 0: rows that fail after the load are in `counts.failed`
   * too.
   */
  catch_up: z.object({ indexed: count, deleted: count, failed: count }),
  /** Documents in the built index, counted by verification; null before that, or without an index. */
  documents: count.nullable(),
  rate: z.number().nullable(),
  eta_seconds: z.int().nullable(),
  attempt: z.int().min(1),
  waiting: waitingSchema.nullable(),
  limits: taskLimitsSchema,
  bound_by: z.enum(boundBy).nullable(),
  request: z.record(z.string(), z.unknown()),
  requested_by: z.string().nullable(),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  finished_at: z.iso.datetime().nullable(),
  /** The database time that the index reflects: it includes every change committed before it. */
  as_of: z.iso.datetime().nullable(),
  /** When its cancellation was requested. */
  cancel_requested_at: z.iso.datetime().nullable(),
  error: taskErrorSchema.nullable(),
  /** The action's result when it succeeded; each action has its own fields. */
  result: z.record(z.string(), z.unknown()).nullable(),
  links: z.object({
    self: z.string(),
    events: z.string(),
    items: z.string(),
    rates: z.string(),
    failed_documents: z.string(),
    cancel: z.string(),
    retry: z.string(),
  }),
})
export type Task = z.infer<typeof taskSchema>

/** Response of `POST /task`. */
export const scheduledTaskSchema = z.object({
  message: z.string(),
  task_id: z.uuid(),
  status_check: z.string(),
  task: taskSchema,
})
export type ScheduledTask = z.infer<typeof scheduledTaskSchema>

export const taskPageSchema = z.object({ tasks: z.array(taskSchema), next_page_token: z.string().nullable() })
export type TaskPage = z.infer<typeof taskPageSchema>

/** Bytes of a failed document that are shown unless the whole is requested. */
export const shortBodyBytes = 2_000

/** A row that OpenSearch refused as a document. `resolved_at` is set when a later write of it succeeds. */
export const failedDocumentSchema = z.object({
  id: z.string(),
  status: z.int(),
  reason: z.string(),
  /** The document as it was sent, JSON: its start, or all of it if requested (`?body=full`). */
  body: z.string(),
  /** Bytes of the whole document, and whether `body` is shorter. */
  body_bytes: count,
  body_truncated: z.boolean(),
  failed_at: z.iso.datetime(),
  resolved_at: z.iso.datetime().nullable(),
})
export type FailedDocument = z.infer<typeof failedDocumentSchema>

export const failedDocumentPageSchema = z.object({
  failed_documents: z.array(failedDocumentSchema),
  next_page_token: z.string().nullable(),
})
export type FailedDocumentPage = z.infer<typeof failedDocumentPageSchema>
