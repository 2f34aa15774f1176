import { runTask } from '@ingestion-server/core'
import { createContext } from './context.ts'

/** One of several workers on the load of a task: runs until the parent stops it. */
const [postgresUrl, openSearchUrl, taskId] = process.argv.slice(2) as [string, string, string]
const { context, close } = await createContext(postgresUrl, openSearchUrl, {
  // For the planner of the load: so many items that one more or less per worker makes no difference.
  rowsPerItem: 25_000,
  // With this limit, a worker waits for the sink and not for the cores, which all of them share with Postgres.
  maxInFlight: 3,
})
const stopping = new AbortController()
process.on('disconnect', () => stopping.abort())
process.send?.('ready')
await runTask(context, taskId, { signal: stopping.signal })
await close()
