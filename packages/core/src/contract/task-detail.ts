import { z } from 'zod'
import { phases } from './phases.ts'
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

/** Documents accounted for in the `seconds` that started at `at`. */
export const taskRateSchema = z.object({
  at: z.iso.datetime(),
  seconds: z.number(),
  documents: z.int().min(0),
})
export const taskRatesSchema = z.object({ rates: z.array(taskRateSchema) })
export type TaskRates = z.infer<typeof taskRatesSchema>

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
