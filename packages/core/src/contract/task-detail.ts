import { z } from 'zod'
import { phases } from './phases.ts'
import { wireIdSchema } from './wire-id.ts'

/** A piece of a phase: who has it, and how far it is. */
export const taskItemSchema = z.object({
  stage: z.int().min(0),
  phase: z.enum(phases),
  ordinal: z.int().min(0),
  state: z.enum(['open', 'claimed', 'done']),
  /** Times that it was claimed. */
  attempt: z.int().min(0),
  worker: z.string().nullable(),
  lease_until: z.iso.datetime().nullable(),
  done_at: z.iso.datetime().nullable(),
  /** Ids that it covers, where it covers ids: above `after` (null: from the lowest on) up to `end`. */
  range: z.object({ after: wireIdSchema.nullable(), end: wireIdSchema.nullable() }).nullable(),
  /** The last id that is accounted for. */
  done_up_to: wireIdSchema.nullable(),
})
export type TaskItem = z.infer<typeof taskItemSchema>

export const taskItemPageSchema = z.object({
  items: z.array(taskItemSchema),
  next_page_token: z.string().nullable(),
})
export type TaskItemPage = z.infer<typeof taskItemPageSchema>

/** Documents that were accounted for in the `seconds` that began at `at`. */
export const taskRateSchema = z.object({
  at: z.iso.datetime(),
  seconds: z.number(),
  documents: z.int().min(0),
})
export const taskRatesSchema = z.object({ rates: z.array(taskRateSchema) })
export type TaskRates = z.infer<typeof taskRatesSchema>

/**
 * `none`: the task has no `callback_url`. `pending`: it has not ended, or the first try is to come. `retrying`: tries have
 * failed, and there will be another. `delivered`: answered with 2xx. `declined`: answered with 410, which ends it.
 * `refused`: this server may no longer send there. `failed`: given up after all tries. `forgotten`: it ended more than a week
 * ago, and how its callback fared is no longer known.
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

/** `GET /task/{id}/callback`: how the message to `callback_url` fares, which is sent when the task has ended. */
export const taskCallbackSchema = z.object({
  url: z.string().nullable(),
  state: z.enum(callbackStates),
  /** Tries so far of the message for the task's last attempt, the one under way included. */
  tries: z.int().min(0),
  last_try_at: z.iso.datetime().nullable(),
  /** Of the last try that was answered with 2xx or 410. */
  answer_status: z.int().nullable(),
  /** Why the last try failed. */
  error: z.string().nullable(),
  next_try_at: z.iso.datetime().nullable(),
})
export type TaskCallback = z.infer<typeof taskCallbackSchema>

/** Body of `POST /task/{id}/cancel`, which may be empty. */
export const cancelRequestSchema = z.strictObject({
  /** Keeps what was built so far; else the half-built index is removed. */
  keep_index: z.boolean().optional(),
})
export type CancelRequest = z.infer<typeof cancelRequestSchema>

/** Body of `PATCH /task/{id}`; null lifts a limit, and what is absent stays as it is. */
export const taskLimitsPatchSchema = z
  .strictObject({
    documents_per_second: z.int().min(1).max(10_000_000).nullable().optional(),
    in_flight: z.int().min(1).max(64).nullable().optional(),
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), {
    error: 'must name documents_per_second, in_flight or both',
  })
  // For JSON Schema, which sees no check in code.
  .meta({ minProperties: 1 })
export type TaskLimitsPatch = z.infer<typeof taskLimitsPatchSchema>
