import { findActionFacts } from '@ingestion-server/core/actions'
import { findAction } from '../actions/index.ts'
import { filteredEnding } from '../filtered-ending.ts'
import { requestText } from './request-text.ts'
import { joinTitle, type TaskTitle, type TitledTask } from './title-parts.ts'

/**
 * What a task does, in three parts for a list that emphasizes some of them.
 *
 * @example
 * describeTask(task) // { verb: 'Promote', subject: 'image', target: 'image-20231107' }
 */
export function describeTask(task: TitledTask): TaskTitle {
  const { action, model } = task
  const index = indexOf(task)
  return {
    // An action of a newer server is called what it calls it.
    verb: findActionFacts(action)?.label ?? action,
    subject: index ?? model,
    target: null,
    ...findAction(action)?.titleParts?.(task, index),
  }
}

/**
 * The same as one text.
 *
 * @example
 * taskTitle(task) // Promote image → image-20231107
 */
export function taskTitle(task: TitledTask): string {
  return joinTitle(describeTask(task))
}

/** Its index, or the one that it has requested, before it has it. */
function indexOf(task: TitledTask): string | null {
  if (task.index !== null) return task.index
  const filtered = requestText(task, 'destinationIndexSuffix')
  if (filtered !== null) return `${task.model}-${filtered}${filteredEnding}`
  const suffix = requestText(task, 'indexSuffix')
  return suffix === null ? null : `${task.model}-${suffix}`
}
