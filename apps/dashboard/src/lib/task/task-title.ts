import type { Task } from '@ingestion-server/sdk'
import { filteredEnding } from '../filtered-ending.ts'
import { joinTitle, type TaskTitle } from './title-parts.ts'

type TitledTask = Pick<Task, 'action' | 'index' | 'model' | 'request' | 'result'>

/**
 * What a task does, in three parts for a list that emphasizes some of them.
 *
 * @example
 * describeTask(task) // { verb: 'Promote', subject: 'image', target: 'image-20231107' }
 */
export function describeTask(task: TitledTask): TaskTitle {
  const { action, model, request } = task
  const index = indexOf(task)
  switch (action) {
    case 'POINT_ALIAS':
      return { verb: isRollback(task) ? 'Roll back' : 'Promote', subject: aliasesOf(task), target: index }
    case 'CREATE_AND_POPULATE_FILTERED_INDEX': {
      const origin = text(request['originIndexSuffix']) ?? text(request['destinationIndexSuffix'])
      return { verb: 'Filter', subject: origin === null ? model : `${model}-${origin}`, target: index }
    }
    case 'DELETE_INDEX':
      return { verb: 'Delete', subject: index ?? `an index of ${model}`, target: null }
    case 'REINDEX':
      return { verb: 'Reindex', subject: index ?? model, target: null }
    default:
      // An action of a newer server.
      return { verb: String(action), subject: index ?? model, target: null }
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

/**
 * A rollback is a promotion of an index that was live before. Until its result says so, it is known by its request: the
 * server makes it with every exception.
 */
export function isRollback({
  action,
  request,
  result,
}: Pick<Task, 'action' | 'request' | 'result'>): boolean {
  if (action === 'POINT_ALIAS' && typeof result?.['liveBefore'] === 'boolean') return result['liveBefore']
  const exceptions = ['allowUnfiltered', 'allowUnverified', 'allowShrink', 'allowChanged']
  return action === 'POINT_ALIAS' && exceptions.every((name) => request[name] === true)
}

/** The alias that a promotion moves, or the first of the pair. */
export function aliasOf({ model, request }: Pick<Task, 'model' | 'request'>): string {
  return text(request['alias']) ?? model
}

function aliasesOf(task: TitledTask): string {
  const { model, request } = task
  const alias = aliasOf(task)
  return request['withFiltered'] === true ? `${alias} and ${model}${filteredEnding}` : alias
}

/** Its index, or the one that it has requested, before it has it. */
function indexOf({ index, model, request }: TitledTask): string | null {
  if (index !== null) return index
  const filtered = text(request['destinationIndexSuffix'])
  if (filtered !== null) return `${model}-${filtered}${filteredEnding}`
  const suffix = text(request['indexSuffix'])
  return suffix === null ? null : `${model}-${suffix}`
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
