import { BulkBody, dropReason, isMature, readIdText } from '../../documents/index.ts'
import { isRowId, readRows, type ClosedRange } from '../../rows/index.ts'
import type { BulkWriter } from '../../search/index.ts'
import type { ItemContext, WorkResult } from '../../tasks/index.ts'
import { digestDocument } from './digest-document.ts'
import { readFailedIds, withinIds } from './failed-ids.ts'
import { checkpointAt, remainingOf } from './load.ts'
import { addToBody, emptyRowsBody, readBodies } from './read-bodies.ts'
import { readState } from './state.ts'
import { readDepth } from './verification-depth.ts'
import { toJson, differingKeysSchema, type Repaired } from './verification-parts.ts'
import { createTaskWriter, writeBodies, writeRows } from './write-bodies.ts'

/** Keys per repair step. */
const keysPerRead = 1_000

/** Writes or deletes each differing document of a part, according to its current row. */
export async function repair(context: ItemContext): Promise<WorkResult> {
  const { part, differing, isCut } = differingKeysSchema.parse(context.item.payload)
  const isRange = 'end' in part
  const writer = createTaskWriter(context, readState(context))
  const repaired: Repaired[] = []
  // With a checkpoint the keys are done, and the range has begun.
  if (context.item.checkpoint === null) {
    for (let start = 0; start < differing.length; start += keysPerRead) {
      if (context.isPausing()) return { kind: 'paused' }
      repaired.push(...(await repairKeys(context, writer, differing.slice(start, start + keysPerRead))))
    }
  }
  if (!isCut || !isRange) return { kind: 'done', result: toJson.comparison({ part, mended: repaired }) }
  if (!(await writeAgain(context, writer, remainingOf(part, context.item.checkpoint))))
    return { kind: 'paused' }
  // Too many to list the repaired state of each: the part is compared with the database again.
  return { kind: 'done', result: toJson.comparison({ part, mended: null }) }
}

/** Writes all rows of a range. @returns whether it completed */
async function writeAgain(context: ItemContext, writer: BulkWriter, range: ClosedRange): Promise<boolean> {
  const { db, model, settings, reuse } = context
  const { targetBodyLength } = settings
  const unsettled = new Set(withinIds(await readFailedIds(context), range))
  const bodies = readBodies(db, model, { range, onDrop: 'delete', targetBodyLength, spare: reuse.bodies })
  return writeBodies(context, bodies, writer, async (rows) => {
    const refused = new Set(rows.refused.map(({ id }) => id))
    const settled = [...unsettled].filter((id) => id <= rows.readUpTo)
    for (const id of settled) unsettled.delete(id)
    await context.save({
      checkpoint: checkpointAt(rows.readUpTo),
      catchUp: { indexed: rows.indexed, deleted: rows.deleted, failed: 0 },
      failed: rows.refused,
      resolved: settled.map(String).filter((id) => !refused.has(id)),
    })
  })
}

async function repairKeys(
  context: ItemContext,
  writer: BulkWriter,
  keys: readonly string[],
): Promise<Repaired[]> {
  const { db, model } = context
  const rows = emptyRowsBody()
  const present = new Set<string>()
  const written = new Map<string, 'mature' | 'present'>()
  const ids = keys.filter(isRowId).map(BigInt)
  await readRows(db, model, ids, (row) => {
    const key = readIdText(row)
    present.add(key)
    if (dropReason(row) === null) written.set(key, isMature(row) ? 'mature' : 'present')
    addToBody(rows, model, row, 'delete')
  })
  const page = await writeRows(rows, writer)
  for (const { id } of page.refused) written.delete(id)
  const digests = readDepth(context).documents ? await digestAll(rows.body) : null
  // No row has such a key, or OpenSearch refused the row: an older version of its document must not remain.
  const refused = new Set(page.refused.map(({ id }) => id))
  const gone = keys.filter((key) => !present.has(key) || refused.has(key))
  const deletions = new BulkBody()
  for (const key of gone) deletions.delete(key)
  if (gone.length > 0) await writer.write(deletions)
  await context.save({
    checkpoint: null,
    catchUp: { indexed: page.indexed, deleted: page.deleted + gone.length, failed: 0 },
    failed: page.refused,
    resolved: keys.filter((key) => isRowId(key) && !refused.has(key)),
  })
  return keys.map((key) => {
    const state = written.get(key) ?? 'absent'
    return { key, state, digest: state === 'absent' ? undefined : digests?.get(key) }
  })
}

/** The digests of the documents in a body. */
async function digestAll(body: BulkBody): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  for (let position = 0; position < body.size; position++) {
    const { id, document } = body.read(position)
    if (document !== '') digests.set(id, await digestDocument(document))
  }
  return digests
}
