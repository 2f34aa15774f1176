import { z } from 'zod'
import { phases } from './phases.ts'
import { taskSchema } from './task.ts'

/** What can happen to a task. `progress` is not kept: it is a picture of the task as it is now. */
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

/** One entry of a task's history. `id` grows with time, over all tasks. */
export const taskEventSchema = z.object({
  id: z.int(),
  type: z.enum(taskEventTypes),
  at: z.iso.datetime(),
  phase: z.enum(phases),
  attempt: z.int().min(1),
  /** What belongs to the type: `error` of failed, `waiting` of waiting, `limits` of limits_changed. */
  data: z.record(z.string(), z.unknown()),
})
export type TaskEvent = z.infer<typeof taskEventSchema>

/**
 * What `GET /task/{id}/events` streams: `event: <type>` with a kept event and its id, or `event: progress` without
 * an id and with the whole task. The stream ends after the event that ended the task.
 */
export const taskStreamSchema = z.union([taskEventSchema, taskSchema])

export const taskEventPageSchema = z.object({
  events: z.array(taskEventSchema),
  next_page_token: z.string().nullable(),
})
export type TaskEventPage = z.infer<typeof taskEventPageSchema>
