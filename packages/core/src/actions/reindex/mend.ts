import { dropReason, isMature, readIdText } from '../../models/index.ts'
import { isRowId, readRows } from '../../rows/index.ts'
import { BulkBody, type BulkWriter } from '../../search/index.ts'
import type { ItemContext, WorkResult } from '../../tasks/index.ts'
import { addToBody, emptyRowsBody } from './read-bodies.ts'
import { readState } from './state.ts'
import { comparisonSchema, verdictSchema, type Mended } from './verify.ts'
import { createTaskWriter, writeRows } from './write-bodies.ts'

/** Keys that are mended at once. */
const keysPerRead = 1_000

/** Writes or takes away each document of a part that differs, as its row is now. */
export async function mend(context: ItemContext): Promise<WorkResult> {
  const { part, differing } = verdictSchema.parse(context.item.payload)
  const writer = createTaskWriter(context, readState(context))
  const mended: Mended[] = []
  for (let start = 0; start < differing.length; start += keysPerRead) {
    if (context.isPausing()) return { kind: 'paused' }
    mended.push(...(await mendKeys(context, writer, differing.slice(start, start + keysPerRead))))
  }
  return { kind: 'done', result: comparisonSchema.encode({ part, mended }) }
}

async function mendKeys(
  context: ItemContext,
  writer: BulkWriter,
  keys: readonly string[],
): Promise<Mended[]> {
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
  // No row has such a key; or OpenSearch refuses the row, and no older version of it may stay behind.
  const refused = new Set(page.refused.map(({ id }) => id))
  const gone = keys.filter((key) => !present.has(key) || refused.has(key))
  const deletions = new BulkBody()
  for (const key of gone) deletions.delete(key)
  if (gone.length > 0) await writer.write(deletions)
  await context.save({
    checkpoint: null,
    catchUp: { indexed: page.indexed, deleted: page.deleted + gone.length, failed: 0 },
    failed: page.refused,
  })
  return keys.map((key) => ({ key, state: written.get(key) ?? 'absent' }))
}
