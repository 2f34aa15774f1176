import type { Client, Task } from '@ingestion-server/sdk'
import type { Pulse } from '../live/pulse.ts'
import { taskTitle } from '../task/task-title.ts'

/** More than run at once; queued ones are cut first. */
const maxActive = 100
/** Enough for the tasks that end between two polls. */
const maxEnded = 20

/** A task that runs may be older than any number of tasks that have ended, so the two are listed apart. */
export async function readPulse(tasks: Pick<Client['tasks'], 'list'>): Promise<Pulse> {
  const [active, ended] = await Promise.all([
    // Queued tasks have taken no time, so they are the last.
    tasks.list({ status: ['running', 'queued'], sort: 'longest', pageSize: maxActive }),
    tasks.list({
      status: ['succeeded', 'failed', 'cancelled'],
      sort: 'recently_finished',
      pageSize: maxEnded,
    }),
  ])
  // A task that ended between the two calls is in both: as ended.
  const recent = new Map([...active.tasks, ...ended.tasks].map((task) => [task.taskId, task]))
  return {
    running: active.tasks.filter(({ status }) => status === 'running').length,
    failing: countFailing(ended.tasks),
    recent: [...recent.values()].map((task) => ({
      taskId: task.taskId,
      title: taskTitle(task),
      status: task.status,
    })),
  }
}

/** Kinds of which the last task that did not end by a cancel failed. */
function countFailing(ended: readonly Task[]): number {
  const kinds = Map.groupBy(
    ended.filter(({ status }) => status !== 'cancelled'),
    ({ model, action }) => `${model}/${action}`,
  )
  return [...kinds.values()].filter(([last]) => last?.status === 'failed').length
}
