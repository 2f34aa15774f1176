import type { Task, TaskSummary } from '@ingestion-server/sdk'
import { roleFor } from '../action-role.ts'
import type { TaskRow } from '../task/task-row.ts'
import { describeTask } from '../task/task-title.ts'

/** Longer texts are cut, characters: a row has one line. */
const maxTextLength = 200

export function toTaskRow(task: Task, durations: TaskSummary['durations']): TaskRow {
  const { taskId, action, model, status, active, waiting, error } = task
  return {
    taskId,
    action,
    role: roleFor(action),
    title: describeTask(task),
    status,
    active,
    progress: task.progress,
    phase: active ? task.phase : null,
    documents: task.documents ?? task.counts.indexed,
    rate: active ? task.rate : null,
    etaSeconds: task.etaSeconds,
    waiting: waiting && { for: waiting.for, reason: cut(waiting.reason) },
    error: error && { code: error.code, detail: cut(error.detail) },
    requestedBy: task.requestedBy,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    finishedAt: task.finishedAt,
    medianSeconds:
      durations.find((kind) => kind.model === model && kind.action === action)?.medianSeconds ?? null,
  }
}

const cut = (text: string) => (text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text)
