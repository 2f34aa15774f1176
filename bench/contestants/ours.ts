import { createContext, runToEnd } from './context.ts'
import { sendMeasurement } from './measured.ts'

const [postgresUrl, openSearchUrl, suffix] = process.argv.slice(2) as [string, string, string]
const { context, close } = await createContext(postgresUrl, openSearchUrl, { shards: 2 })

await sendMeasurement(async () => {
  const task = await runToEnd(context, { model: 'image', action: 'REINDEX', index_suffix: suffix })
  const { counts, loadStartedAt, loadFinishedAt } = task
  const loadSeconds = (Date.parse(String(loadFinishedAt)) - Date.parse(String(loadStartedAt))) / 1000
  return { documents: counts.indexed, loadSeconds }
})
await context.search.indices.delete({ index: `image-${suffix}` })
await close()
