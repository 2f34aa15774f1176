import type { Task } from '@ingestion-server/sdk'
import { formatCount } from '../format/number.ts'
import { runAgainUrl, type TaskFields } from '../new-task/task-fields.ts'
import { route } from '../route.ts'
import { aliasOf } from './task-title.ts'

interface NextStep {
  text: string
  href: string
  /** The one that is usually next. */
  isMain?: boolean
}

interface Advice {
  /** What the user may want to know before the next step. */
  hint: string
  steps: NextStep[]
  /** Whether a retry of the task itself is what helps. */
  retry: boolean
  /** The alias that can be rolled back. */
  rollBack: string | null
}

/** What usually follows a task that has ended; null while it is active. */
export function adviseNext(task: Task): Advice | null {
  if (task.active) return null
  const advice: Advice = { hint: '', steps: [], retry: false, rollBack: null }
  if (task.status === 'succeeded') return { ...advice, ...afterSuccess(task) }
  if (task.status === 'cancelled')
    return { ...advice, hint: 'It was cancelled. A retry starts from the beginning.', retry: true }
  return { ...advice, ...afterFailure(task) }
}

function afterSuccess(task: Task): Partial<Advice> {
  const { action, model, index } = task
  const chosen = index?.startsWith(`${model}-`) ? `${model}/${index.slice(model.length + 1)}` : undefined
  switch (action) {
    case 'REINDEX':
      return {
        hint: `${index ?? 'The index'} is built and verified. Searches don’t use it until it is promoted.`,
        steps: [
          { text: 'Filter it', href: route.newTaskForm('filter', { index: chosen }) },
          { text: 'Promote it', href: route.newTaskForm('promote', { index: chosen }), isMain: true },
        ],
      }
    case 'CREATE_AND_POPULATE_FILTERED_INDEX':
      return {
        hint: `${index ?? 'The index'} has no documents with sensitive terms. Searches don’t use it until it is promoted.`,
        steps: [
          {
            text: 'Promote it as filtered',
            href: route.newTaskForm('promote', { index: chosen, alias: 'filtered' }),
            isMain: true,
          },
        ],
      }
    case 'POINT_ALIAS': {
      const old = previousOf(task)
      return {
        hint: old.length > 0 ? `Searches of ${aliasOf(task)} went to ${old.join(', ')} before.` : '',
        rollBack: old.length === 1 ? aliasOf(task) : null,
        steps: old
          .filter((name) => name.startsWith(`${model}-`))
          .map((name) => ({
            text: `Delete ${name}`,
            href: route.newTaskForm('delete', { index: `${model}/${name.slice(model.length + 1)}` }),
          })),
      }
    }
    case 'DELETE_INDEX':
      return { steps: [{ text: 'See the indices', href: route.indices() }] }
  }
}

/** The indices that the alias pointed to before, from the result of the task. */
function previousOf({ result }: Pick<Task, 'result'>): string[] {
  const from = result?.['from']
  if (!Array.isArray(from)) return []
  return from.flatMap((index: unknown) => {
    const { name } = (index ?? {}) as { name?: unknown }
    return typeof name === 'string' ? [name] : []
  })
}

const exceptions: Record<string, [field: keyof TaskFields, text: string]> = {
  index_shrank: ['allow_shrink', 'Promote the smaller index anyway'],
  index_unverified: ['allow_unverified', 'Promote the unverified index anyway'],
  index_changed: ['allow_changed', 'Promote the changed index anyway'],
  unfiltered_index: ['allow_unfiltered', 'Promote the unfiltered index anyway'],
}

/** What helps, by the code of the error. */
function afterFailure(task: Task): Partial<Advice> {
  const code = task.error?.code ?? ''
  const again = (text: string, changes?: TaskFields): NextStep[] => {
    const href = runAgainUrl(task, changes)
    return href === null ? [] : [{ text, href }]
  }
  const exception = exceptions[code]
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
