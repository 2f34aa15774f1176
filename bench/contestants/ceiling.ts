import { connectOpenSearch, connectPostgres, createReuse, image, loadSettings } from '@ingestion-server/core'
import { readBodies } from '../../packages/core/src/actions/reindex/read-bodies.ts'
import { sendMeasurement } from './measured.ts'

/** Prebuilt bodies, several requests in flight: the throughput of OpenSearch on this machine without other work. */
const inFlight = Number(process.env['BENCH_IN_FLIGHT'] ?? 3)

const [postgresUrl, openSearchUrl, suffix] = process.argv.slice(2) as [string, string, string]
const connection = connectPostgres(postgresUrl)
const search = connectOpenSearch(openSearchUrl)
const index = `image-${suffix}`

const bodies: Buffer[] = []
let documents = 0
/** The fastest body size, in bytes; tasks send shorter ones to save memory. */
const targetBodyLength = 5 * 1024 * 1024
// The largest possible id of the column.
const range = { after: null, end: 2n ** 31n - 1n }
const read = readBodies(connection.db, image, {
  range,
  onDrop: 'skip',
  targetBodyLength,
  spare: createReuse().bodies,
})
for await (const { body } of read) {
  bodies.push(Buffer.from(body.slice()))
  documents += body.size
  read.recycle(body)
}

const { mappings, analysis } = image
await search.indices.create({
  index,
  body: { settings: { ...loadSettings, number_of_shards: 2, analysis }, mappings },
})
await sendMeasurement(async () => {
  const send = async () => {
    for (let body = bodies.shift(); body !== undefined; body = bodies.shift()) {
      const response = await search.bulk({ index, body: body as never, filter_path: ['errors'] })
      if (response.body.errors) throw new Error('a ready-made document was refused')
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: inFlight }, send))
  const loadSeconds = (performance.now() - startedAt) / 1000
  // The end of any load: documents in memory become segments, and searchable.
  await search.indices.flush({ index, wait_if_ongoing: true })
  await search.indices.refresh({ index })
  return { documents, loadSeconds }
})
await search.indices.delete({ index })
await search.close()
await connection.close()
