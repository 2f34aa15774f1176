import { connectOpenSearch, connectPostgres, image, loadSettings, readPages } from '@ingestion-server/core'
import { sendMeasurement } from './measured.ts'

/** Ready-made bodies, several requests under way: what OpenSearch takes here when nothing else is done. */
const targetBodyLength = 5 * 1024 * 1024
const inFlight = Number(process.env['BENCH_IN_FLIGHT'] ?? 3)

const [postgresUrl, openSearchUrl, suffix] = process.argv.slice(2) as [string, string, string]
const connection = connectPostgres(postgresUrl)
const search = connectOpenSearch(openSearchUrl)
const index = `image-${suffix}`

const bodies: string[] = []
let documents = 0
let lines: string[] = []
let length = 0
// The largest id that an integer column can hold.
const range = { after: null, end: 2 ** 31 - 1 }
for await (const { rows } of readPages(connection.db, image, { range, pageRows: () => 5_000 })) {
  for (const row of rows) {
    if (row.deleted || row.removedFromSource) continue
    const line = `{"index":{"_id":"${row.id}"}}\n${JSON.stringify(image.toDocument(row))}\n`
    lines.push(line)
    length += line.length
    documents++
    if (length < targetBodyLength) continue
    bodies.push(lines.join(''))
    lines = []
    length = 0
  }
}
if (lines.length > 0) bodies.push(lines.join(''))

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
  await Promise.all(Array.from({ length: inFlight }, send))
  return { documents }
})
await search.indices.delete({ index })
await search.close()
await connection.close()
