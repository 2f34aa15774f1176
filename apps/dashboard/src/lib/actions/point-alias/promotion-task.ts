import type { Task } from '@ingestion-server/sdk'
import { filteredEnding } from '../../filtered-ending.ts'
import { requestText } from '../../task/request-text.ts'

/**
 * A rollback is a promotion of an index that was live before. Until its result says so, it is known by its request: the
 * server makes it with every exception.
 */
export function isRollback({
  action,
  request,
  result,
}: Pick<Task, 'action' | 'request' | 'result'>): boolean {
  if (action !== 'POINT_ALIAS') return false
  if (typeof result?.['liveBefore'] === 'boolean') return result['liveBefore']
  const exceptions = ['allowUnfiltered', 'allowUnverified', 'allowShrink', 'allowChanged']
  return exceptions.every((name) => request[name] === true)
}

/** The alias that a promotion moves, or the first of the pair. */
export function aliasOf(task: Pick<Task, 'model' | 'request'>): string {
  return requestText(task, 'alias') ?? task.model
}

/** All that it moves, as text. */
export function aliasesOf(task: Pick<Task, 'model' | 'request'>): string {
  const { model, request } = task
  const alias = aliasOf(task)
  return request['withFiltered'] === true ? `${alias} and ${model}${filteredEnding}` : alias
}

/** The indices that the alias pointed to before, from the result of the task. */
export function previousOf({ result }: Pick<Task, 'result'>): string[] {
  const from = result?.['from']
  if (!Array.isArray(from)) return []
  return from.flatMap((index: unknown) => {
    const { name } = (index ?? {}) as { name?: unknown }
    return typeof name === 'string' ? [name] : []
  })
}
