import {
  connectOpenSearch,
  connectPostgres,
  createReuse,
  defaultSettings,
  image,
} from '@ingestion-server/core'
import { verify } from '../../packages/core/src/actions/reindex/verify.ts'
import { toJson, type Part } from '../../packages/core/src/actions/reindex/verification-parts.ts'
import { readIdBounds, splitRanges } from '../../packages/core/src/rows/index.ts'
import type { ItemContext } from '../../packages/core/src/tasks/index.ts'
import { sendMeasurement } from './measured.ts'

/** The verification of an index, part by part like in a task, but without the task. */
const [depth, postgresUrl, openSearchUrl, index, rows, keyParts] = process.argv.slice(2) as [
  'ids' | 'documents',
  string,
  string,
  string,
  string,
  string,
]
const connection = connectPostgres(postgresUrl)
const search = connectOpenSearch(openSearchUrl)
const reuse = createReuse()
/** Parts that a process works on at once: as many as the workers it gives a task. */
const partsAtOnce = 2

// As in a task: nothing has changed, but that has to be found out.
const [{ newSince } = { newSince: null }] = await connection.db.execute<{ newSince: string }>(
  'select pg_snapshot_xmin(pg_current_snapshot())::text as "newSince"',
)
const bounds = await readIdBounds(connection.db, image)
const parts: Part[] = [
  ...Array.from({ length: Number(keyParts) }, (_, part) => ({ keys: { part, parts: Number(keyParts) } })),
  ...splitRanges(bounds, Number(rows), defaultSettings.rowsPerItem),
]

/** The result of a comparison up to this position. */
function contextOf(part: Part): ItemContext {
  const context: Partial<Record<keyof ItemContext, unknown>> = {
    db: connection.db,
    search,
    model: image,
    settings: defaultSettings,
    reuse,
    store: { failedDocuments: () => Promise.resolve([]) },
    task: {
      id: crypto.randomUUID(),
      index,
      state: {
        ...{ indexUuid: '', tableOid: 0, plannedAt: '', loadUpTo: null, loadStage: 1, aliasNumber: 1 },
        ...{ verifyUpTo: null, newSince, round: 1, dataNodes: 1, documents: null },
      },
      request: { action: 'REINDEX', verify: depth },
      catchUp: { indexed: 0, deleted: 0, failed: 0 },
    },
    item: { ordinal: 0, payload: toJson.comparison({ part, mended: null }), checkpoint: null },
    signal: new AbortController().signal,
    isPausing: () => false,
  }
  return context as unknown as ItemContext
}

await sendMeasurement(async () => {
  const work = async () => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      const result = await verify(contextOf(part))
      if (result.kind !== 'done') throw new Error('a part was given back')
      const { differing } = result.result as { differing: string[] }
      if (differing.length > 0) throw new Error(`documents differ: ${differing.slice(0, 10).join(', ')}`)
    }
  }
  await Promise.all(Array.from({ length: partsAtOnce }, work))
  const { body } = await search.count({ index })
  return { documents: body.count }
})
await search.close()
await connection.close()
