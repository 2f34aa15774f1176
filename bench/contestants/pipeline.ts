import {
  connectOpenSearch,
  connectPostgres,
  defaultSettings,
  image,
  systemClock,
} from '@ingestion-server/core'
import { readBodies } from '../../packages/core/src/actions/reindex/read-bodies.ts'
import { readPage } from '../../packages/core/src/rows/index.ts'
import { createBulkWriter } from '../../packages/core/src/search/index.ts'
import { sendMeasurement } from './measured.ts'

/** The way of the rows up to one of its stages, everything before it included. */
const [stage, postgresUrl, sinkUrl] = process.argv.slice(2) as ['read' | 'convert' | 'send', string, string]
const connection = connectPostgres(postgresUrl)
const search = connectOpenSearch(sinkUrl)
// Up to the largest id that the column holds.
const range = { after: null, end: 2 ** 31 - 1 }
const rowsPerPage = 5_000

const stages = {
  async read() {
    let documents = 0
    for (let after: number | null = null; ;) {
      const request = { range: { ...range, after }, limit: rowsPerPage }
      const { readUpTo, isLast } = await readPage(connection.db, image, request, () => void documents++)
      if (isLast) return documents
      after = readUpTo
    }
  },
  async convert() {
    let documents = 0
    const bodies = createBodies()
    for await (const { body } of bodies) {
      documents += body.size
      bodies.recycle(body)
    }
    return documents
  },
  async send() {
    const { maxInFlight, outageTimeoutMs, targetBodyLength } = defaultSettings
    const writer = createBulkWriter({
      client: search,
      alias: 'sink',
      index: 'sink',
      targetBodyLength,
      maxInFlight,
      outageTimeoutMs,
      clock: systemClock,
      signal: new AbortController().signal,
    })
    let documents = 0
    const underWay = new Set<Promise<void>>()
    const bodies = createBodies()
    for await (const { body } of bodies) {
      const sending = writer.write(body).then(({ succeeded }) => {
        documents += succeeded
        bodies.recycle(body)
        underWay.delete(sending)
      })
      underWay.add(sending)
      if (underWay.size > maxInFlight) await Promise.race(underWay)
    }
    await Promise.all(underWay)
    return documents
  },
}

function createBodies() {
  const { targetBodyLength } = defaultSettings
  return readBodies(connection.db, image, { range, onDrop: 'skip', targetBodyLength })
}

await sendMeasurement(async () => ({ documents: await stages[stage]() }))
await search.close()
await connection.close()
