import type { StoredTaskSummary, TaskMatches, taskMatchSchema, TaskSummary } from '@ingestion-server/core'
import type { z } from 'zod'

/** The filters of a query as the store takes them. */
export function toTaskMatches({
  error_code: errorCode,
  requested_by: requestedBy,
  created_after: createdAfter,
  created_before: createdBefore,
  finished_after: finishedAfter,
  finished_before: finishedBefore,
  ...match
}: z.output<typeof taskMatchSchema>): TaskMatches {
  return {
    ...match,
    ...{ errorCode, requestedBy, createdAfter, createdBefore, finishedAfter, finishedBefore },
  }
}

/** A summary as `GET /task/summary` shows it. */
export function toTaskSummary({ counts, failures, durations }: StoredTaskSummary): TaskSummary {
  return {
    counts,
    failures: failures.map(({ latestTaskId, latestAt, ...failure }) => ({
      ...failure,
      latest_task_id: latestTaskId,
      latest_at: latestAt,
    })),
    durations: durations.map(({ medianSeconds, ...duration }) => ({
      ...duration,
      median_seconds: medianSeconds,
    })),
  }
}
