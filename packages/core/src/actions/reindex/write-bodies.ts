import type { Counts } from '../../contract/index.ts'
import type { LeftOut } from '../../documents/index.ts'
import {
  createBulkWriter,
  writeAliasName,
  type BulkWriter,
  type RefusedDocument,
} from '../../search/index.ts'
import { createRateLimiter } from '../../rate-limiter.ts'
import type { ItemContext, StepContext } from '../../tasks/index.ts'
import { createBoundMeter, type BoundBy } from './bound-meter.ts'
import type { Bodies, RowsBody } from './read-bodies.ts'
import type { ReindexState } from './state.ts'

/** Result of some rows after their operations were written. */
export interface WrittenRows {
  readUpTo: bigint
  read: number
  dropped: Counts['dropped']
  leftOut: LeftOut
  /** Documents that were written, and ids that were deleted. */
  indexed: number
  deleted: number
  refused: RefusedDocument[]
}

export function createTaskWriter(context: StepContext, state: ReindexState): BulkWriter {
  const { task, search, settings, clock, reuse, signal } = context
  return createBulkWriter({
    client: search,
    alias: writeAliasName(task, state.aliasNumber),
    index: task.index,
    targetBodyLength: settings.targetBodyLength,
    maxInFlight: settings.maxInFlight,
    learned: reuse.learned,
    isWaiting: task.waiting !== null,
    clock,
    signal,
  })
}

/**
 * Writes bodies while the next ones are read. Passes each to `commit`, in order, once all its rows are accounted for,
 * with the bottleneck since the previous one. Stops early, between two bodies, when the item should be returned.
 *
 * @returns whether all bodies were written
 */
export async function writeBodies(
  context: ItemContext,
  bodies: Bodies,
  writer: BulkWriter,
  commit: (rows: WrittenRows, boundBy: BoundBy) => Promise<void>,
): Promise<boolean> {
  const underWay: Promise<WrittenRows>[] = []
  const meter = createBoundMeter(() => performance.now())
  const limiter = createRateLimiter({ ...context, rate: () => context.limits().documentsPerSecond })
  const iterator = bodies[Symbol.asyncIterator]()

  const start = async (rows: RowsBody) => {
    const written = await writeRows(rows, writer)
    bodies.recycle(rows.body)
    return written
  }
  const commitOldest = async () => {
    const oldest = await meter.during('requests', () => underWay[0] as Promise<WrittenRows>)
    void underWay.shift()
    const { inFlight } = context.limits()
    const boundBy = meter.read(bodies.convertingMs())
    const isLimited = boundBy === 'opensearch' && inFlight !== null && inFlight < writer.inFlight
    await commit(oldest, isLimited ? 'limit' : boundBy)
  }
  const commitAll = async () => {
    while (underWay.length > 0) await commitOldest()
  }
  // One more than can be in flight, so that a body is ready when a response arrives.
  const depth = () => Math.min(writer.inFlight + 1, context.limits().inFlight ?? Infinity)

  try {
    for (;;) {
      const next = await meter.during('rows', () => iterator.next())
      // The wait may be long, so what is already written is saved first.
      if (!next.done && limiter.waitMs() > 0) await commitAll()
      const isLetThrough = next.done || (await meter.during('limit', () => limiter.take(next.value.read)))
      if (next.done || !isLetThrough) {
        await commitAll()
        return next.done === true
      }
      const written = start(next.value)
      // Awaited in order; if an earlier one fails first, this one's failure has no other listener.
      written.catch(() => undefined)
      underWay.push(written)
      while (underWay.length >= depth()) await commitOldest()
      if (context.isPausing()) {
        await commitAll()
        return false
      }
    }
  } finally {
    // No request of this item is in flight when it is returned or fails.
    await Promise.allSettled(underWay)
  }
}

/** Writes the operations of some rows. */
export async function writeRows(rows: RowsBody, writer: BulkWriter): Promise<WrittenRows> {
  const { body, readUpTo, read, dropped, leftOut, deleted } = rows
  const { refused } = body.size > 0 ? await writer.write(body) : { refused: [] }
  const indexed = read - dropped.deleted - dropped.removed_from_source - refused.length
  return { readUpTo, read, dropped, leftOut, indexed, deleted, refused }
}
