import { z } from 'zod'
import { phases } from './actions/facts.ts'
import { taskSchema } from './task.ts'

/** Types of task events. `progress` is not stored: it is a snapshot of the task. */
export const taskEventTypes = [
  'created',
  'started',
  'phase',
  'waiting',
  'resumed',
  'limits_changed',
  'cancel_requested',
  'retried',
  'succeeded',
  'failed',
  'cancelled',
] as const
export type TaskEventType = (typeof taskEventTypes)[number]

/** One entry of a task's history. `id` increases over all tasks. */
export const taskEventSchema = z.object({
  id: z.int(),
  type: z.enum(taskEventTypes),
  at: z.iso.datetime(),
  phase: z.enum(phases),
  attempt: z.int().min(1),
  /** Depends on the type: `error` for failed, `waiting` for waiting, `limits` for limits_changed. */
  data: z.record(z.string(), z.unknown()),
})
export type TaskEvent = z.infer<typeof taskEventSchema>

/**
 * Events of `GET /task/{id}/events`: `event: <type>` with a stored event and its id, or `event: progress` without an id
 * and with the whole task. The stream ends after the event that ended the task.
 */
export const taskStreamSchema = z.union([taskEventSchema, taskSchema])

export const taskEventPageSchema = z.object({
  events: z.array(taskEventSchema),
  next_page_token: z.string().nullable(),
})
export type TaskEventPage = z.infer<typeof taskEventPageSchema>
