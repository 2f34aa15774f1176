import type { ActionName, TaskStatus } from '@ingestion-server/sdk'

/** What the command palette finds by name. */
export interface Found {
  tasks: { taskId: string; title: string; action: ActionName; status: TaskStatus; createdAt: string }[]
  indices: { name: string; model: string; suffix: string; aliases: string[] }[]
}

/** Maximum number of results of each kind. */
export const maxFound = 8
