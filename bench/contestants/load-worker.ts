import { runTask } from '@ingestion-server/core'
import { createContext } from './context.ts'

/** One of several workers on a task's load: works until the parent stops it. */
const [postgresUrl, openSearchUrl, taskId] = process.argv.slice(2) as [string, string, string]
const { context, close } = await createContext(postgresUrl, openSearchUrl, {
  // Of the planner of the load: enough items that it makes no difference who has one more.
  rowsPerItem: 25_000,
  // Held to that, a worker waits for the sink and not for the cores, which all of them share with Postgres.
  maxInFlight: 3,
})
const stopping = new AbortController()
process.on('disconnect', () => stopping.abort())
process.send?.('ready')
await runTask(context, taskId, { signal: stopping.signal })
await close()
