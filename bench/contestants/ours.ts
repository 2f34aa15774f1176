import {
  connectOpenSearch,
  connectPostgres,
  createDrizzleTaskStore,
  defaultSettings,
  image,
  migrateTaskStore,
  reindex,
  runTask,
  submitTask,
  systemClock,
} from '@ingestion-server/core'
import { sendMeasurement } from './measured.ts'

const [postgresUrl, openSearchUrl, suffix] = process.argv.slice(2) as [string, string, string]
const connection = connectPostgres(postgresUrl)
const search = connectOpenSearch(openSearchUrl)
await migrateTaskStore(connection.db)
const context = {
  store: createDrizzleTaskStore(connection.db),
  db: connection.db,
  search,
  models: [image],
  actions: [reindex],
  settings: { ...defaultSettings, shards: 2 },
  clock: systemClock,
  worker: 'bench',
}

await sendMeasurement(async () => {
  const { id } = await submitTask(context, { model: 'image', action: 'REINDEX', index_suffix: suffix })
  const result = await runTask(context, id)
  if (result.paused || result.task.status !== 'succeeded') throw new Error(JSON.stringify(result))
  const { counts, loadStartedAt, loadFinishedAt } = result.task
  const loadSeconds = (Date.parse(String(loadFinishedAt)) - Date.parse(String(loadStartedAt))) / 1000
  return { documents: counts.indexed, loadSeconds }
})
await search.indices.delete({ index: `image-${suffix}` })
await search.close()
await connection.close()
