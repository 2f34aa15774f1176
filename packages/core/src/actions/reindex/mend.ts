import type { Model } from '../../models/index.ts'
import { readRows } from '../../rows/index.ts'
import { deleteOperation, type BulkWriter } from '../../search/index.ts'
import type { ItemContext, WorkResult } from '../../tasks/index.ts'
import { readState } from './state.ts'
import { verdictSchema, type Comparison, type Mended } from './verify.ts'
import { createTaskWriter, writeRows } from './write-pages.ts'

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
  return { kind: 'done', result: { part, mended } satisfies Comparison }
}

async function mendKeys(
  context: ItemContext,
  writer: BulkWriter,
  keys: readonly string[],
): Promise<Mended[]> {
  const rows = await readRows(
    context.db,
    context.model,
    keys.filter((key) => isId(context.model, key)).map(Number),
  )
  const page = await writeRows(context.model, { rows, readUpTo: 0 }, writer, 'delete')
  const refused = new Set(page.refused.map(({ id }) => id))
  const written = new Map(
    rows
      .filter((row) => !row.deleted && !row.removedFromSource && !refused.has(String(row.id)))
      .map((row) => [String(row.id), row.mature ? ('mature' as const) : ('present' as const)]),
  )
  // No row has such a key; or OpenSearch refuses the row, and no older version of it may stay behind.
  const present = new Set(rows.map(({ id }) => String(id)))
  const gone = keys.filter((key) => !present.has(key) || refused.has(key))
  if (gone.length > 0) await writer.write(gone.map(deleteOperation))
  await context.save({
    checkpoint: null,
    catchUp: { indexed: page.indexed, deleted: page.deleted + gone.length, failed: page.refused.length },
    failed: page.refused,
  })
  return keys.map((key) => ({ key, state: written.get(key) ?? 'absent' }))
}

/** Whether a key can be a row's id: the shortest way to write a whole number that the column holds. */
function isId({ table }: Model, key: string): boolean {
  const number = Number(key)
  const limit = table.id.getSQLType() === 'bigint' ? Number.MAX_SAFE_INTEGER : 2 ** 31 - 1
  return String(number) === key && Number.isInteger(number) && Math.abs(number) <= limit
}
