import { z } from 'zod'
import { phases } from './actions/facts.ts'
import { boundBy, failedDocumentSchema } from './task.ts'
import { wireIdSchema } from './wire-id.ts'

/** A work item of a phase, with its worker and progress. */
export const taskItemSchema = z.object({
  stage: z.int().min(0),
  phase: z.enum(phases),
  ordinal: z.int().min(0),
  state: z.enum(['open', 'claimed', 'done']),
  /** Number of times that it was claimed. */
  attempt: z.int().min(0),
  worker: z.string().nullable(),
  lease_until: z.iso.datetime().nullable(),
  /** When it was claimed first; null: never, or before servers recorded it. */
  started_at: z.iso.datetime().nullable(),
  done_at: z.iso.datetime().nullable(),
  /** Ids that it covers, if any: above `after` (null: from the lowest) up to `end`. */
  range: z.object({ after: wireIdSchema.nullable(), end: wireIdSchema.nullable() }).nullable(),
  /** All ids up to this one are accounted for. */
  done_up_to: wireIdSchema.nullable(),
})
export type TaskItem = z.infer<typeof taskItemSchema>

export const taskItemPageSchema = z.object({
  items: z.array(taskItemSchema),
  next_page_token: z.string().nullable(),
})
export type TaskItemPage = z.infer<typeof taskItemPageSchema>

/** Maximum number of parts of a stage in a summary of its items. */
export const maxItemParts = 120

const itemGroupSchema = z.object({
  items: z.int().min(0),
  done: z.int().min(0),
  claimed: z.int().min(0),
  /** Claims beyond the first of each item: after a restart, a lost worker, a retry or the end of a time slice. */
  repeated: z.int().min(0),
  /** First claim of an item of it. */
  started_at: z.iso.datetime().nullable(),
  /** When the last of its items was done so far. */
  finished_at: z.iso.datetime().nullable(),
})

/** Consecutive items of a stage, as one. */
export const taskItemPartSchema = itemGroupSchema.extend({
  /** Ordinal of its first item. */
  first: z.int().min(0),
  /** Ids that it covers, if any: above `after` (null: from the lowest) up to `end`. */
  range: z.object({ after: wireIdSchema.nullable(), end: wireIdSchema.nullable() }).nullable(),
  /** Share of its ids that are accounted for, 0 to 1; of its items if they have no ids. */
  share: z.number().min(0).max(1),
})
export type TaskItemPart = z.infer<typeof taskItemPartSchema>

/** `GET /task/{id}/items/summary`: the items of each stage in at most `maxItemParts` parts, by ordinal. */
export const taskItemSummarySchema = z.object({
  stages: z.array(
    itemGroupSchema.extend({
      stage: z.int().min(0),
      phase: z.enum(phases),
      parts: z.array(taskItemPartSchema),
    }),
  ),
})
export type TaskItemSummary = z.infer<typeof taskItemSummarySchema>

/**
 * Documents accounted for in the `seconds` that started at `at`. Those of one save count for the time since the save
 * before it, at most `seconds`, or longer if the task's limit requires that; so an interval without documents is absent.
 */
export const taskRateSchema = z.object({
  at: z.iso.datetime(),
  seconds: z.number(),
  documents: z.int().min(0),
  /** The bottleneck that was reported last in this time; null: none was. */
  bound_by: z.enum(boundBy).nullable(),
})
export const taskRatesSchema = z.object({ rates: z.array(taskRateSchema) })
export type TaskRates = z.infer<typeof taskRatesSchema>

/** Maximum number of reasons in a summary of failed documents, and of examples and ids of each. */
export const maxFailedReasons = 20
export const maxReasonExamples = 2
export const maxReasonIds = 20

/** `GET /task/{id}/failed_documents/summary`: the reasons, most frequent first, apart from values and numbers in them. */
export const failedDocumentSummarySchema = z.object({
  /** Number of failed documents that are stored, and of those that are not resolved. */
  documents: z.int().min(0),
  unresolved: z.int().min(0),
  /** Number of different reasons, of which the first are listed. */
  reason_count: z.int().min(0),
  reasons: z.array(
    z.object({
      status: z.int(),
      documents: z.int().min(0),
      unresolved: z.int().min(0),
      /** The first ids. */
      ids: z.array(z.string()),
      /** The documents of the first ids. */
      examples: z.array(failedDocumentSchema),
    }),
  ),
})
export type FailedDocumentSummary = z.infer<typeof failedDocumentSummarySchema>

/**
 * `none`: the task has no `callback_url`. `pending`: it has not ended, or the first try is due. `retrying`: tries
 * failed, and another one follows. `delivered`: the response was 2xx. `declined`: the response was 410, which stops the
 * tries. `refused`: this server may no longer send to this host. `failed`: all tries failed. `forgotten`: the task
 * ended more than a week ago, and the result is no longer stored.
 */
export const callbackStates = [
  'none',
  'pending',
  'retrying',
  'delivered',
  'declined',
  'refused',
  'failed',
  'forgotten',
] as const

/** `GET /task/{id}/callback`: the delivery of the webhook to `callback_url`, which is sent when the task has ended. */
export const taskCallbackSchema = z.object({
  url: z.string().nullable(),
  state: z.enum(callbackStates),
  /** Tries of the webhook for the task's last attempt, including a running one. */
  tries: z.int().min(0),
  last_try_at: z.iso.datetime().nullable(),
  /** Status of the last response with 2xx or 410. */
  answer_status: z.int().nullable(),
  /** Why the last try failed. */
  error: z.string().nullable(),
  next_try_at: z.iso.datetime().nullable(),
})
export type TaskCallback = z.infer<typeof taskCallbackSchema>

/** Body of `POST /task/{id}/cancel`; may be empty. */
export const cancelRequestSchema = z.strictObject({
  /** Keeps the partly built index; otherwise it is removed. */
  keep_index: z.boolean().optional(),
})
export type CancelRequest = z.infer<typeof cancelRequestSchema>

/** Body of `PATCH /task/{id}`; null removes a limit, and an absent field leaves it unchanged. */
export const taskLimitsPatchSchema = z
  .strictObject({
    documents_per_second: z.int().min(1).max(10_000_000).nullable().optional(),
    in_flight: z.int().min(1).max(64).nullable().optional(),
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), {
    error: 'must name documents_per_second, in_flight or both',
  })
  // For JSON Schema, which does not include checks in code.
  .meta({ minProperties: 1 })
export type TaskLimitsPatch = z.infer<typeof taskLimitsPatchSchema>
