import type { Task } from '@ingestion-server/sdk'
import { toSentence } from '../format/sentence.ts'
import { taskTitle } from '../task/task-title.ts'
import type { EndedTask } from './overview.ts'

/** Longer texts are cut, characters: a row has one line. */
const maxProblemLength = 160

/**
 * The tasks that ended last. Failures come first and take at most half of the places, so that they don't hide what
 * was done since.
 *
 * @param failed and `others`: the last ended first
 */
export function listEnded(failed: readonly Task[], others: readonly Task[], count: number): EndedTask[] {
  const shown = failed.slice(0, Math.max(count / 2, count - others.length))
  return [...shown, ...others.slice(0, count - shown.length)].flatMap((task) => {
    const { taskId, status, finishedAt, error } = task
    if (finishedAt === null) return []
    const problem = error && toSentence(error.detail.slice(0, maxProblemLength))
    return [{ taskId, title: taskTitle(task), status, finishedAt, problem }]
  })
}
