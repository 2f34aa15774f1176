import type { TaskContext } from '@ingestion-server/core'
import { createContext, runToEnd } from './context.ts'
import { sendMeasurement } from './measured.ts'

const [postgresUrl, openSearchUrl, suffix] = process.argv.slice(2) as [string, string, string]
const { context, close } = await createContext(postgresUrl, openSearchUrl, { shards: 2 })

await sendMeasurement(async () => {
  const task = await runToEnd(context, { model: 'image', action: 'REINDEX', index_suffix: suffix })
  const { counts, loadStartedAt, loadFinishedAt } = task
  const loadSeconds = (Date.parse(String(loadFinishedAt)) - Date.parse(String(loadStartedAt))) / 1000
  return { documents: counts.indexed, loadSeconds, phases: await readPhases(context.store, task.id) }
})
await context.search.indices.delete({ index: `image-${suffix}` })
await close()

/** Duration of each phase of a task: from its event to the next. */
async function readPhases(store: TaskContext['store'], taskId: string): Promise<Record<string, number>> {
  const events = await store.events({ taskId, limit: 100 })
  const seconds: Record<string, number> = {}
  for (const [position, { phase, at }] of events.entries()) {
    const next = events[position + 1]
    if (next) seconds[phase] = (seconds[phase] ?? 0) + (Date.parse(next.at) - Date.parse(at)) / 1000
  }
  return seconds
}
