import {
  connectOpenSearch,
  connectPostgres,
  createReuse,
  defaultSettings,
  image,
  systemClock,
} from '@ingestion-server/core'
import { readBodies } from '../../packages/core/src/actions/reindex/read-bodies.ts'
import { readIdBounds, readPage, splitRanges, type ClosedRange } from '../../packages/core/src/rows/index.ts'
import { createBulkWriter } from '../../packages/core/src/search/index.ts'
import { sendMeasurement } from './measured.ts'

/** The path of the rows up to one of its steps, including all steps before it. */
const [stage, postgresUrl, sinkUrl] = process.argv.slice(2) as ['read' | 'convert' | 'send', string, string]
const connection = connectPostgres(postgresUrl)
const search = connectOpenSearch(sinkUrl)
const reuse = createReuse()
const rowsPerPage = 5_000
/** Ranges that a process works on at once: as many as the workers it gives a task. */
const rangesAtOnce = 2

const stages = {
  async read(range: ClosedRange) {
    let documents = 0
    for (let { after } = range; ;) {
      const request = { range: { ...range, after }, limit: rowsPerPage }
      const { readUpTo, isLast } = await readPage(connection.db, image, request, () => void documents++)
      if (isLast) return documents
      after = readUpTo
    }
  },
  async convert(range: ClosedRange) {
    let documents = 0
    const bodies = createBodies(range)
    for await (const { body } of bodies) {
      documents += body.size
      bodies.recycle(body)
    }
    return documents
  },
  async send(range: ClosedRange) {
    const { maxInFlight, targetBodyLength } = defaultSettings
    const writer = createBulkWriter({
      client: search,
      alias: 'sink',
      index: 'sink',
      targetBodyLength,
      maxInFlight,
      learned: reuse.learned,
      isWaiting: false,
      clock: systemClock,
      signal: new AbortController().signal,
    })
    let documents = 0
    const underWay = new Set<Promise<void>>()
    const bodies = createBodies(range)
    for await (const { body } of bodies) {
      const sending = writer.write(body).then(({ succeeded }) => {
        documents += succeeded
        bodies.recycle(body)
        underWay.delete(sending)
      })
      underWay.add(sending)
      if (underWay.size > writer.inFlight) await Promise.race(underWay)
    }
    await Promise.all(underWay)
    return documents
  },
}

function createBodies(range: ClosedRange) {
  const { targetBodyLength } = defaultSettings
  return readBodies(connection.db, image, { range, onDrop: 'skip', targetBodyLength, spare: reuse.bodies })
}

const ranges = splitRanges(await readIdBounds(connection.db, image), rangesAtOnce, 1)
await sendMeasurement(async () => {
  const documents = await Promise.all(ranges.map((range) => stages[stage](range)))
  return { documents: documents.reduce((sum, each) => sum + each, 0) }
})
await search.close()
await connection.close()
