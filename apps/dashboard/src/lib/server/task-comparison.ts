import type { Task, TaskEvent } from '@ingestion-server/sdk'
import { ingestion } from './services.ts'

/** Another run of the same model and action, and those that can be chosen instead. */
export interface Comparison {
  runs: Pick<Task, 'taskId' | 'index' | 'status' | 'startedAt' | 'finishedAt'>[]
  other: { task: Task; events: TaskEvent[] } | null
}

const maxRuns = 30
const maxEvents = 1_000

/**
 * The last runs of the same kind, and the chosen one: by default the last that succeeded before this task.
 *
 * @returns null if the server is unavailable: the page says so for the task itself
 */
export async function readComparison(
  actor: string,
  task: Pick<Task, 'taskId' | 'model' | 'action' | 'createdAt'>,
  chosenId: string | null,
): Promise<Comparison | null> {
  const { tasks: client } = ingestion.as(actor)
  try {
    const { tasks } = await client.list({ model: task.model, action: task.action, pageSize: maxRuns })
    const ended = tasks.filter(({ taskId, finishedAt }) => taskId !== task.taskId && finishedAt !== null)
    const earlier = ended.filter(
      ({ createdAt, status }) => Date.parse(createdAt) < Date.parse(task.createdAt) && status === 'succeeded',
    )
    const chosen = ended.find(({ taskId }) => taskId === chosenId) ?? earlier[0] ?? null
    const events: TaskEvent[] = []
    if (chosen) {
      for await (const event of (await client.handle(chosen.taskId)).history()) {
        events.push(event)
        if (events.length >= maxEvents) break
      }
    }
    const runs = ended.map(({ taskId, index, status, startedAt, finishedAt }) => ({
      ...{ taskId, index, status, startedAt, finishedAt },
    }))
    return { runs, other: chosen && { task: chosen, events } }
  } catch {
    return null
  }
}
