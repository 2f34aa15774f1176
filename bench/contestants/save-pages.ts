import { connectPostgres, createDrizzleTaskStore, migrateTaskStore } from '@ingestion-server/core'
import { sendMeasurement } from './measured.ts'

/** Workers that only claim items, save pages of them and complete them, as many as they can. */
const [postgresUrl, workers, tasks, items, seconds] = process.argv.slice(2) as [string, ...string[]]
/** A fifth of the pages of an item of 50,000 rows: claiming and completing have more weight here than in a task. */
const pagesPerItem = 5
const leaseMs = 60_000
const counts = { read: 100, indexed: 100, dropped: { deleted: 0, removed_from_source: 0 }, failed: 0 }

const connection = connectPostgres(postgresUrl, { maxConnections: Number(workers) })
await migrateTaskStore(connection.db)
const store = createDrizzleTaskStore(connection.db)
const ids = await Promise.all(Array.from({ length: Number(tasks) }, startLoad))

async function startLoad(): Promise<string> {
  const index = `image-${crypto.randomUUID()}`
  const request = { model: 'image', action: 'REINDEX', index_suffix: 'bench' } as const
  const { id } = await store.create({ model: 'image', action: 'REINDEX', request, index, reserve: [index] })
  const claimed = await store.claim(id, 'bench', leaseMs)
  if (claimed.kind !== 'advance') throw new Error(`a new task gave ${claimed.kind}`)
  const length = Math.ceil(Number(items) / Number(tasks))
  await store.advance(claimed.lease, {
    kind: 'phase',
    phase: 'loading',
    items: Array.from({ length }, () => ({ payload: null })),
  })
  return id
}

await sendMeasurement(async () => {
  const end = performance.now() + Number(seconds) * 1_000
  let documents = 0
  const work = async (_: unknown, worker: number) => {
    const id = ids[worker % ids.length] as string // there is at least one
    while (performance.now() < end) {
      const claimed = await store.claim(id, `bench-${worker}`, leaseMs)
      if (claimed.kind !== 'item') throw new Error(`no item is left: ${claimed.kind}`)
      for (let page = 0; page < pagesPerItem && performance.now() < end; page++) {
        await store.saveProgress(claimed.lease, { checkpoint: page, counts })
        documents++
      }
      await store.completeItem(claimed.lease, null)
    }
  }
  await Promise.all(Array.from({ length: Number(workers) }, work))
  const saved = await Promise.all(ids.map(async (id) => (await store.get(id))?.counts.read ?? 0))
  const read = saved.reduce((sum, each) => sum + each, 0)
  if (read !== documents * counts.read) throw new Error(`${documents} pages were saved, ${read} rows counted`)
  return { documents }
})
await connection.close()
