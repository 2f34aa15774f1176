import { actionNames, taskStatuses } from '@ingestion-server/core/contract'
import type { Task } from '@ingestion-server/sdk'
import type { FetchResult } from '../fetch-result.ts'
import type { TaskView } from '../route.ts'
import { fetchForPage } from './fetch-for-page.ts'
import { ingestion } from './services.ts'

const pageSize = 50

export interface TaskHistory {
  tasks: Task[]
  nextPageToken: string | null
}

/** The valid parameters of a URL's query; invalid ones are ignored, because users may edit the URL. */
export function readTaskView(query: URLSearchParams): TaskView {
  const text = (name: string) => query.get(name)?.trim() || undefined
  return {
    model: text('model'),
    action: actionNames.find((name) => name === text('action')),
    status: taskStatuses.find((name) => name === text('status')),
    index: text('index'),
    requestedBy: text('requested_by'),
    page: text('page'),
  }
}

/** One page of the history, newest first. */
export async function readHistory(actor: string, view: TaskView): Promise<FetchResult<TaskHistory>> {
  const { page, ...filter } = view
  return fetchForPage(ingestion.as(actor).tasks.list({ ...filter, pageSize, pageToken: page }))
}
