import { z } from 'zod'
import { actionNames } from './actions/facts.ts'
import { pageSizeSchema } from './page-size.ts'
import { taskStatuses } from './task.ts'

/**
 * `newest` and `oldest` by creation; `longest` by the time from start to end, or until now; `recently_finished` has
 * tasks that have not ended first, then those that ended last.
 */
export const taskSorts = ['newest', 'oldest', 'longest', 'recently_finished'] as const
export type TaskSort = (typeof taskSorts)[number]

/** Values of a parameter that may be repeated: `status=failed&status=cancelled`. */
export const oneOf = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(50).optional()

const moment = z.iso.datetime({ offset: true }).optional()

/** Which tasks: the parameters that `GET /task` and `GET /task/summary` share. A task has to match all of them. */
export const taskMatchSchema = z.strictObject({
  /** Part of the index name, the error code or the requester, or the start of the task's id; in any case. */
  q: z.string().max(200).optional(),
  model: oneOf(z.string()),
  action: oneOf(z.enum(actionNames)),
  status: oneOf(z.enum(taskStatuses)),
  error_code: oneOf(z.string()),
  index: z.string().optional(),
  requested_by: z.string().optional(),
  /** Created at this time or later. */
  created_after: moment,
  /** Created before this time. */
  created_before: moment,
  /** Finished at this time or later. */
  finished_after: moment,
  /** Finished before this time. */
  finished_before: moment,
})
export type TaskMatch = z.input<typeof taskMatchSchema>

/** Query of `GET /task`. */
export const taskFilterSchema = taskMatchSchema.extend({
  sort: z.enum(taskSorts).optional(),
  page_size: pageSizeSchema,
  page_token: z.string().optional(),
})
export type TaskFilter = z.input<typeof taskFilterSchema>
