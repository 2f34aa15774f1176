import { z } from 'zod'
import { checkTableOid, readPages, type ClosedRange } from '../../rows/index.ts'
import type { ItemContext, Json, WorkResult } from '../../tasks/index.ts'
import { createPageSize } from './page-size.ts'
import { readState } from './state.ts'
import { createTaskWriter, writePages } from './write-pages.ts'

const closedRangeSchema = z.object({ after: z.number().nullable(), end: z.number() })
const checkpointSchema = z.object({ after: z.number() }).nullable()

/** What is left of an item's range. */
export function remainingRange({ item }: ItemContext): ClosedRange {
  const range = closedRangeSchema.parse(item.payload)
  return { ...range, ...checkpointSchema.parse(item.checkpoint) }
}

/** Checkpoint of an item that has done everything up to an id. */
export function checkpointAt(readUpTo: number): Json {
  return { after: readUpTo }
}

/** Copies the rows of a range into the index. */
export async function load(context: ItemContext): Promise<WorkResult> {
  const { db, model, settings } = context
  const state = readState(context)
  await checkTableOid(db, model, state.tableOid)
  const pageSize = createPageSize(settings.targetBodyLength)
  const pages = readPages(db, model, { range: remainingRange(context), pageRows: pageSize.rows })

  const complete = await writePages(
    context,
    pages,
    createTaskWriter(context, state),
    'skip',
    async (page) => {
      pageSize.report(page.read, page.length)
      const { read, indexed, dropped, refused } = page
      await context.save({
        checkpoint: checkpointAt(page.readUpTo),
        counts: { read, indexed, dropped, failed: refused.length },
        failed: refused,
      })
    },
  )
  if (!complete) return { kind: 'paused' }
  // Again at the end: what was read after a swap of the tables came from another one.
  await checkTableOid(db, model, state.tableOid)
  return { kind: 'done', result: null }
}
