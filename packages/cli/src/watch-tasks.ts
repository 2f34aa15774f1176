import { setTimeout as sleep } from 'node:timers/promises'
import type { Task, TaskFilter } from '@ingestion-server/sdk'
import { createLogUpdate } from 'log-update'
import { listTask, taskListHeader } from './describe-task.ts'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { printable } from './output.ts'
import type { Session } from './session.ts'
import { formatTable } from './table.ts'

const pollIntervalMs = 1_000

/**
 * Shows the newest tasks until it is interrupted: at a terminal as a list that is redrawn, otherwise a line for each
 * task that has changed, or with `--json` a document for each. An unavailable server is polled again.
 *
 * @throws the signal's reason, and errors that a retry would not fix
 */
export async function watchTasks(session: Session, filter: TaskFilter, limit: number): Promise<never> {
  const { client, output, io } = session
  const { signal } = io
  const show = createTaskList(session)
  let unavailable = false
  for (;;) {
    try {
      const { tasks } = await client.tasks.list({ ...filter, pageSize: Math.min(limit, 500) }, { signal })
      show(tasks)
      unavailable = false
    } catch (error) {
      if (exitCodeOf(error) !== exitCodes.unavailable || !(error instanceof Error)) throw error
      // Once per outage, which may be long.
      if (!unavailable) output.note(`${error.message}; retrying`)
      unavailable = true
    }
    await sleep(pollIntervalMs, undefined, { signal }).catch(() => undefined) // aborted: the next line says why
    signal.throwIfAborted()
  }
}

function createTaskList({ output, io: { stdout } }: Session): (tasks: readonly Task[]) => void {
  if (stdout.isTTY === true && !output.json) {
    const redraw = createLogUpdate(stdout, { showCursor: true })
    return (tasks) => redraw(printable(formatTable([taskListHeader, ...tasks.map(listTask)]).join('\n')))
  }
  const printed = new Map<string, string>()
  if (!output.json) output.table([taskListHeader])
  return (tasks) => {
    for (const task of tasks.filter((each) => isNews(printed, each)).reverse()) {
      if (output.json) output.document(task)
      else output.table([listTask(task)])
    }
  }
}

/** Whether a task is new or has changed since it was last printed. */
function isNews(printed: Map<string, string>, task: Task): boolean {
  const text = JSON.stringify(task)
  if (printed.get(task.taskId) === text) return false
  printed.set(task.taskId, text)
  return true
}
