import { IngestionError, type TaskHandle, type TaskStatus } from '@ingestion-server/sdk'
import { isHttpError, type RequestEvent } from '@sveltejs/kit'
import { toSentence } from '../format/sentence.ts'
import { audited } from './audited.ts'
import type { SignedInUser } from './auth/index.ts'
import { isId } from './require-id.ts'
import { requireTask } from './require-task.ts'
import { ingestion } from './services.ts'
import { readMatch, readTaskView } from './task-view.ts'

/** Maximum number of tasks that one form changes: its response waits for all of them. */
const maxChanged = 500
/** Tasks that are changed at the same time. */
const width = 8

export interface TaskChange {
  /** As the audit log names it. */
  action: 'cancel' | 'retry'
  detail: Record<string, unknown>
  /** Of the tasks that it can change. */
  statuses: readonly TaskStatus[]
  work: (handle: TaskHandle) => Promise<unknown>
  /** What has happened, after the number of tasks. */
  done: { one: string; many: string }
}

/**
 * Changes the tasks that a form of the history names: one by the button in its row, the chosen ones, or all that match
 * the view of the URL. A failure doesn't prevent the changes of the others.
 */
export async function changeTasks(event: RequestEvent, user: SignedInUser, change: TaskChange) {
  const form = await event.request.formData()
  const only = form.getAll('only')
  const isAll = only.length === 0 && form.get('all') === 'true'
  const named = (only.length > 0 ? only : form.getAll('task')).filter((value) => typeof value === 'string')
  const failures: string[] = []
  const ids = isAll ? await findMatching(event, user, change, failures) : [...new Set(named)]
  if (ids.length === 0 && failures.length === 0)
    failures.push(isAll ? 'No task of this view can be changed like that.' : 'Choose at least one task.')
  let count = 0
  for (let start = 0; start < ids.length; start += width) {
    const results = await Promise.all(
      ids.slice(start, start + width).map((id) => changeTask(event, user, change, id)),
    )
    for (const failure of results) {
      if (failure === null) count++
      else failures.push(failure)
    }
  }
  const { one, many } = change.done
  return { ...(count > 0 && { done: count === 1 ? one : `${count} ${many}` }), failures }
}

async function findMatching(
  { url }: RequestEvent,
  { name }: SignedInUser,
  { statuses }: TaskChange,
  failures: string[],
): Promise<string[]> {
  const { match, statuses: chosen } = readMatch(readTaskView(url.searchParams))
  const status = statuses.filter((each) => chosen.length === 0 || chosen.includes(each))
  if (status.length === 0) return []
  try {
    const page = await ingestion.as(name).tasks.list({ ...match, status, pageSize: maxChanged })
    if (page.nextPageToken !== null)
      failures.push(`Only the newest ${maxChanged} tasks were changed: do it again for the others.`)
    return page.tasks.map(({ taskId }) => taskId)
  } catch (error) {
    if (!(error instanceof IngestionError)) throw error
    failures.push(toSentence(error.message))
    return []
  }
}

/** @returns why it failed, or null */
async function changeTask(
  event: RequestEvent,
  user: SignedInUser,
  { action, detail, work }: TaskChange,
  id: string,
): Promise<string | null> {
  if (!isId(id)) return `There is no task ${id}.`
  try {
    await audited(event, user, { action, subject: id, detail }, async () =>
      work(await requireTask(event, id)),
    )
    return null
  } catch (error) {
    if (isHttpError(error, 403)) return error.body.message
    if (error instanceof IngestionError) return toSentence(error.message)
    throw error
  }
}
