import { z } from 'zod'
import { actionNames } from './actions/facts.ts'
import { taskStatuses } from './task.ts'

const count = z.int().min(0)

/** The last succeeded tasks of a kind that `durations` are computed from. */
export const durationSample = 30

/** `GET /task/summary`. The parameter `status` changes nothing in it: `counts` has every status. */
export const taskSummarySchema = z.object({
  /** Number of tasks by status. */
  counts: z.record(z.enum(taskStatuses), count),
  /** Failed tasks by error code, most frequent first. */
  failures: z.array(
    z.object({
      code: z.string(),
      count,
      /** The task that failed last, and when. */
      latest_task_id: z.uuid(),
      latest_at: z.iso.datetime(),
    }),
  ),
  /** Time from start to end of the last 30 succeeded tasks of each kind, whatever the filter. */
  durations: z.array(
    z.object({
      model: z.string(),
      action: z.enum(actionNames),
      median_seconds: z.number().min(0),
      /** Number of tasks that the median is of, at most 30. */
      count: z.int().min(1),
    }),
  ),
})
export type TaskSummary = z.infer<typeof taskSummarySchema>
