import type { Task } from '@ingestion-server/sdk'
import { liveJson } from '#lib/server/live-json.ts'
import type { Pulse } from '#lib/live/pulse.ts'
import { fetchForPage } from '#lib/server/fetch-for-page.ts'
import { ingestion } from '#lib/server/services.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { taskTitle } from '#lib/task/task-title.ts'
import type { RequestHandler } from './$types'

/** Enough for the tasks that end between two polls. */
const pageSize = 20

/** Whether tasks run, and which ones ended, for the tab's icon and notifications. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  const list = ingestion.as(user.name).tasks.list({ pageSize })
  return liveJson(event.request, await fetchForPage(list.then(({ tasks }) => toPulse(tasks))))
}

function toPulse(tasks: readonly Task[]): Pulse {
  return {
    running: tasks.filter(({ status }) => status === 'running').length,
    recent: tasks.map((task) => ({ taskId: task.taskId, title: taskTitle(task), status: task.status })),
  }
}
