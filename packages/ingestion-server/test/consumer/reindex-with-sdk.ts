import { createClient, type Task } from '@ingestion-server/sdk'

/** Builds an index through a running server. @param suffix of the index: audio-<suffix> */
export async function reindexWithSdk(
  baseUrl: string,
  suffix: string,
): Promise<{ status: string; indexed: number }> {
  const client = createClient({ baseUrl })
  const handle = await client.reindex({ model: 'audio', indexSuffix: suffix })
  const task: Task = await handle.wait()
  return { status: task.status, indexed: task.counts.indexed }
}
