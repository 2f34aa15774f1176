import { z } from 'zod'

/** One error in a body; `pointer` is a JSON pointer (RFC 6901), '' for the body itself. */
export const inputErrorSchema = z.object({ pointer: z.string(), detail: z.string() })
export type InputError = z.infer<typeof inputErrorSchema>

/** An error on the wire: application/problem+json (RFC 9457) with a stable `code`. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  request_id: z.string().optional(),
  errors: z.array(inputErrorSchema).optional(),
  /** The task that blocks the request, with code `index_busy`. */
  task_id: z.string().optional(),
  index: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>

/** Why a task failed. Stored with the task, so it has no status or request of its own. */
export const taskErrorSchema = z.looseObject({ code: z.string(), title: z.string(), detail: z.string() })
export type TaskError = z.infer<typeof taskErrorSchema>
