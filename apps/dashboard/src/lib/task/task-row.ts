import type { ActionName, Phase, Task, TaskStatus } from '@ingestion-server/sdk'
import type { Role } from '../role.ts'
import { joinTitle, type TaskTitle } from './title-parts.ts'

/** What a list shows of a task: a fifth of the whole, because pages with lists are polled. */
export interface TaskRow {
  taskId: string
  action: ActionName
  /** That commands on it require. */
  role: Role
  title: TaskTitle
  status: TaskStatus
  active: boolean
  progress: number
  /** Only of an active task. */
  phase: Phase | null
  /** Of the built index; until it is verified, the documents written. */
  documents: number
  rate: number | null
  etaSeconds: number | null
  waiting: Pick<NonNullable<Task['waiting']>, 'for' | 'reason'> | null
  error: { code: string; detail: string } | null
  requestedBy: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  /** Median duration of the last succeeded tasks of its kind; null: none has succeeded. */
  medianSeconds: number | null
}

export interface TaskHistory {
  tasks: TaskRow[]
  nextPageToken: string | null
  /** By status, of all tasks that match the rest of the view. */
  counts: Record<TaskStatus, number>
  /** Failed ones of them by error code, most frequent first, and the text of the search box that finds them. */
  failures: { code: string; count: number; q: string }[]
  /** The statuses of the view; empty: all. */
  statuses: TaskStatus[]
  /** What was not understood in the search box. */
  problems: string[]
}

export const rowTitle = ({ title }: Pick<TaskRow, 'title'>) => joinTitle(title)

export const isRetryable = ({ status }: Pick<TaskRow, 'status'>) =>
  status === 'failed' || status === 'cancelled'
