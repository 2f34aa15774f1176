import { enqueue, maxJobs, type TaskJob } from '../../src/engine/job-queue.ts'
import { taskQueue } from '../../src/engine/queues.ts'
import { openQueues } from './open-queues.ts'

export { enqueue, taskQueue }

export interface OpenJob {
  id: string
  taskId: string
  /** created, retry or active */
  state: string
}

/** The jobs of tasks that are waiting or active. @param databaseUrl of the tasks, whose queues exist */
export async function listOpenJobs(databaseUrl: string): Promise<OpenJob[]> {
  const queues = await openQueues(databaseUrl)
  try {
    const jobs = await queues.findJobs<TaskJob>(taskQueue, { limit: maxJobs })
    return jobs
      .filter(({ state }) => ['created', 'retry', 'active'].includes(state))
      .map(({ id, data, state }) => ({ id, taskId: data.taskId, state }))
  } finally {
    await queues.stop({ graceful: false })
  }
}
