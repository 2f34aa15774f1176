import type { Scope } from '@ingestion-server/core'

/** What an operation asks for beside its own scope, by the action of the task that it makes or runs again. */
export const scopesByAction: Readonly<Record<string, { action: string; scope: Scope }[]>> = {
  createTask: [{ action: 'DELETE_INDEX', scope: 'delete' }],
  retryTask: [{ action: 'DELETE_INDEX', scope: 'delete' }],
}
