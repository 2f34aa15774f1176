import type { Counts } from '../../contract/index.ts'
import type { Model } from '../../models/index.ts'
import { createRateLimiter } from '../../rate-limiter.ts'
import type { Page } from '../../rows/index.ts'
import {
  createBulkWriter,
  deleteOperation,
  indexOperation,
  writeAliasName,
  type BulkOperation,
  type BulkWriter,
  type RefusedDocument,
} from '../../search/index.ts'
import type { ItemContext, StepContext } from '../../tasks/index.ts'
import type { ReindexState } from './state.ts'

/** What became of a page: the operations made of it, and once they are written, their outcome. */
export interface WrittenPage {
  readUpTo: number
  read: number
  /** UTF-16 units of the bodies. */
  length: number
  dropped: Counts['dropped']
  /** Documents that were written, and ids that were taken away. */
  indexed: number
  deleted: number
  refused: RefusedDocument[]
}

/** How a dropped row is treated: left out of an index that never had it, or taken out of one that may. */
export type OnDrop = 'skip' | 'delete'

export function createTaskWriter(context: StepContext, state: ReindexState): BulkWriter {
  const { task, search, settings, clock, signal } = context
  return createBulkWriter({
    client: search,
    alias: writeAliasName(task.id, state.aliasNumber),
    index: task.index,
    targetBodyLength: settings.targetBodyLength,
    maxInFlight: settings.maxInFlight,
    outageTimeoutMs: settings.outageTimeoutMs,
    clock,
    signal,
  })
}

/**
 * Writes pages while the next ones are read, and hands each to `commit` in order once every row of it is
 * accounted for. Stops early, between two pages, when the item should be given back.
 *
 * @returns whether the pages came to their end
 */
export async function writePages(
  context: ItemContext,
  pages: AsyncIterable<Page>,
  writer: BulkWriter,
  onDrop: OnDrop,
  commit: (page: WrittenPage) => Promise<void>,
): Promise<boolean> {
  const underWay: Promise<WrittenPage>[] = []
  // One more than can be sent, so that a body is ready when a request comes back.
  const depth = () => Math.min(context.settings.maxInFlight + 1, context.limits().inFlight ?? Infinity)
  const limiter = createRateLimiter({ ...context, rate: () => context.limits().documentsPerSecond })
  try {
    for await (const page of pages) {
      // A wait may be long: what is written by then is saved first.
      if (limiter.waitMs() > 0) await commitAll(underWay, commit, true)
      if (!(await limiter.take(page.rows.length))) return await commitAll(underWay, commit, false)
      const written = writeRows(context.model, page, writer, onDrop)
      // Awaited in order below; if an earlier one fails first, this one's failure has no other listener.
      written.catch(() => undefined)
      underWay.push(written)
      while (underWay.length >= depth()) await commitOldest(underWay, commit)
      if (context.isPausing()) return await commitAll(underWay, commit, false)
    }
    return await commitAll(underWay, commit, true)
  } finally {
    // Nothing of this item is under way any more when it is given back or fails.
    await Promise.allSettled(underWay)
  }
}

async function commitOldest(underWay: Promise<WrittenPage>[], commit: (page: WrittenPage) => Promise<void>) {
  const oldest = await (underWay[0] as Promise<WrittenPage>)
  void underWay.shift()
  await commit(oldest)
}

async function commitAll(
  underWay: Promise<WrittenPage>[],
  commit: (page: WrittenPage) => Promise<void>,
  complete: boolean,
): Promise<boolean> {
  while (underWay.length > 0) await commitOldest(underWay, commit)
  return complete
}

/** Makes operations of rows and writes them. */
export async function writeRows(
  model: Model,
  page: Page,
  writer: BulkWriter,
  onDrop: OnDrop,
): Promise<WrittenPage> {
  const dropped = { deleted: 0, removed_from_source: 0 }
  const operations: BulkOperation[] = []
  for (const row of page.rows) {
    if (row.deleted) dropped.deleted++
    else if (row.removedFromSource) dropped.removed_from_source++
    else {
      operations.push(indexOperation(String(row.id), JSON.stringify(model.toDocument(row))))
      continue
    }
    if (onDrop === 'delete') operations.push(deleteOperation(String(row.id)))
  }
  const droppedRows = dropped.deleted + dropped.removed_from_source
  const deleted = onDrop === 'delete' ? droppedRows : 0
  const length = operations.reduce((sum, { lines }) => sum + lines.length, 0)
  const { refused } = operations.length > 0 ? await writer.write(operations) : { refused: [] }
  const indexed = page.rows.length - droppedRows - refused.length
  return { readUpTo: page.readUpTo, read: page.rows.length, length, dropped, indexed, deleted, refused }
}
