import type { TaskStore } from '@ingestion-server/core'

/** @returns ids of the tasks that are queued or running, oldest first, so that none waits forever behind newer ones */
export async function listActiveTasks(store: Pick<TaskStore, 'list'>): Promise<string[]> {
  const ids: string[] = []
  let pageToken: string | undefined
  do {
    const page = await store.list({ active: true, pageSize: 500, pageToken })
    ids.push(...page.tasks.map(({ id }) => id))
    pageToken = page.nextPageToken ?? undefined
  } while (pageToken !== undefined)
  return ids.reverse()
}
