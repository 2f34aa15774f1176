import type { Task } from '@ingestion-server/sdk'
import { findAction } from '../actions/index.ts'
import { formatCount } from '@ingestion-server/format'
import { runAgainUrl, type TaskFields } from '../new-task/task-fields.ts'
import { route } from '../route.ts'
import type { Advice, NextStep } from './advice.ts'

/** What usually follows a task that has ended; null while it is active. */
export function adviseNext(task: Task): Advice | null {
  if (task.active) return null
  const advice: Advice = { hint: '', steps: [], retry: false, rollBack: null }
  if (task.status === 'succeeded') return { ...advice, ...findAction(task.action)?.afterSuccess(task) }
  if (task.status === 'cancelled')
    return { ...advice, hint: 'It was cancelled. A retry starts from the beginning.', retry: true }
  return { ...advice, ...afterFailure(task) }
}

/** What helps, by the code of the error. */
function afterFailure(task: Task): Partial<Advice> {
  const code = task.error?.code ?? ''
  const again = (text: string, changes?: TaskFields): NextStep[] => {
    const href = runAgainUrl(task, changes)
    return href === null ? [] : [{ text, href }]
  }
  const exception = findAction(task.action)?.exceptions?.[code]
  if (exception) {
    const [field, text] = exception
    return { hint: 'Look at the index first.', steps: again(text, { [field]: 'true' }) }
  }
  switch (code) {
    case 'documents_failed':
      return {
        hint: 'Correct the rows below and retry. A higher limit of failed documents builds the index without them.',
        retry: true,
        steps: again(`Accept ${formatCount(task.counts.failed)} failed documents`, {
          max_failed: `${task.counts.failed}`,
        }),
      }
    case 'search_unavailable':
    case 'database_unavailable':
      return {
        hint: 'Retry once the service is available again. The task continues from its checkpoints.',
        retry: true,
      }
    case 'search_refused':
    case 'database_refused':
      return { hint: 'Correct what the message says, then retry from the checkpoints.', retry: true }
    case 'verification_failed':
      return {
        hint: 'The index differs from the database. Retry to repair it, or build a new one.',
        retry: true,
        steps: again('Run again…'),
      }
    case 'workers_lost':
      return {
        hint: 'Workers ended repeatedly at the same item, usually for lack of memory. Retry with a limit of bulk requests.',
        retry: true,
      }
    case 'index_aliased':
    case 'index_in_rollback_window':
    case 'index_exists':
    case 'alias_moved':
    case 'index_not_found':
      return {
        hint: 'See which indices exist and where the aliases point.',
        steps: [{ text: 'See the indices', href: route.indices() }, ...again('Run again…')],
      }
    default:
      return {
        hint: 'Retry from the checkpoints once the cause is gone.',
        retry: true,
        steps: again('Run again…'),
      }
  }
}
