import { z } from 'zod'
import { VerificationFailedError } from '../../errors.ts'
import { closedRangeSchema, estimateRows, readIdBounds, splitRanges } from '../../rows/index.ts'
import {
  countDocuments,
  findStates,
  listStrayKeys,
  replaceWriteAlias,
  sealIndex,
  unsealIndex,
  writeAliasName,
} from '../../search/index.ts'
import {
  balance,
  toTaskError,
  type ItemContext,
  type NextStep,
  type StepContext,
  type WorkResult,
} from '../../tasks/index.ts'
import { compareRange } from './compare-range.ts'
import { readFailedIds } from './failed-ids.ts'
import { findForeignKeys, keysSchema, listKeyParts } from './find-foreign-keys.ts'
import { builtIndex, readState, storeState } from './state.ts'

/** What is compared and mended as one: a range of ids, documents that lie in none, or keys beside their ids. */
const partSchema = z.union([
  closedRangeSchema,
  z.object({ strays: z.literal(true) }),
  z.object({ keys: keysSchema }),
])
type Part = z.infer<typeof partSchema>

/** How a document was left by mending. */
const mendedSchema = z.object({ key: z.string(), state: z.enum(['absent', 'present', 'mature']) })
export type Mended = z.infer<typeof mendedSchema>

/** A part to look at: all of it at first (null), then whether its mending took effect. */
export const comparisonSchema = z.object({ part: partSchema, mended: z.array(mendedSchema).nullable() })
type Comparison = z.infer<typeof comparisonSchema>

/** The keys of a part that have to be mended. */
export const verdictSchema = z.object({ part: partSchema, differing: z.array(z.string()) })

/** After the catch-up: compares everything. */
export async function startVerification(context: StepContext): Promise<NextStep> {
  const { db, model, settings } = context
  const { verifyUpTo, tableOid } = readState(context)
  const bounds = await readIdBounds(db, model)
  const rows = await estimateRows(db, tableOid, model)
  // What was inserted above the catch-up's last id came after `as_of`, and is not the index's to hold.
  const keySpace =
    verifyUpTo === null ? null : { min: smaller(bounds?.min ?? verifyUpTo, verifyUpTo), max: verifyUpTo }
  const parts: Part[] = [
    // First, as they take longest.
    ...(await listKeyParts(context)).map((keys) => ({ keys })),
    ...splitRanges(keySpace, rows, settings.rowsPerItem),
    { strays: true },
  ]
  return compareInNextPhase(
    context,
    parts.map((part) => ({ part, mended: null })),
  )
}

/** After mending: looks whether it took effect. */
export function verifyAgain(context: StepContext, mendedParts: readonly unknown[]): Promise<NextStep> {
  return compareInNextPhase(context, z.array(comparisonSchema).parse(mendedParts))
}

/** Nothing can be written while index and database are compared, and all that was written is seen. */
async function compareInNextPhase(
  context: StepContext,
  comparisons: readonly Comparison[],
): Promise<NextStep> {
  const { task, search } = context
  const state = readState(context)
  await replaceWriteAlias(search, builtIndex(context, state), null)
  await sealIndex(search, task.index)
  return {
    kind: 'phase',
    phase: 'verifying',
    items: comparisons.map((comparison) => ({ payload: comparisonSchema.encode(comparison) })),
    state: storeState({ ...state, round: state.round + 1 }),
  }
}

/**
 * Compares a part with the database, or, once it was mended, with what the mending did. The database goes on changing:
 * what differs from it by then was changed after `as_of`, so comparing with it again would prove nothing.
 */
export async function verify(context: ItemContext): Promise<WorkResult> {
  const { part, mended } = comparisonSchema.parse(context.item.payload)
  const differing =
    mended === null ? await findDifferences(context, part) : await findUnmended(context, part, mended)
  if (differing === null) return { kind: 'paused' }
  return { kind: 'done', result: verdictSchema.encode({ part, differing }) }
}

/** Keys of documents that differ from their rows, are missing, or should not be there; null: to be given back. */
async function findDifferences(context: ItemContext, part: Part): Promise<string[] | null> {
  if ('keys' in part) return findForeignKeys(context, part.keys)
  if ('strays' in part)
    return listStrayKeys(context.search, context.task.index, readState(context).verifyUpTo)
  return compareRange(context, part, await readFailedIds(context))
}

/** Keys whose documents are not as the mending left them. */
async function findUnmended(
  context: ItemContext,
  part: Part,
  mended: readonly Mended[],
): Promise<string[] | null> {
  const { search, task } = context
  const wanted = new Map(mended.map(({ key, state }) => [key, state]))
  const found = await findStates(search, task.index, [...wanted.keys()])
  const unmended = [...wanted]
    .filter(([key, state]) => (found.get(key) ?? 'absent') !== state)
    .map(([key]) => key)
  if (!('strays' in part) && !('keys' in part)) return unmended
  // More of them than are listed at once come to light only when the first are gone.
  const others = await findDifferences(context, part)
  return others && [...unmended, ...others.filter((key) => !wanted.has(key))]
}

/** Goes on when nothing differs; else has it mended, a few times at most. */
export async function judge(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  const { task, search, store, settings } = context
  const state = readState(context)
  const differing = dropRepeated(z.array(verdictSchema).parse(results))
  if (differing.length === 0) {
    const documents = await countDocuments(search, task.index)
    const failed = await store.countFailedDocuments(task.id)
    return {
      kind: 'phase',
      phase: 'restoring',
      items: [],
      counts: balance({ indexed: documents, dropped: task.counts.dropped, failed }),
      documents,
      state: storeState({ ...state, documents }),
    }
  }
  if (state.round > settings.maxMendingRounds) {
    const ids = differing.flatMap((result) => result.differing)
    return { kind: 'failed', error: toTaskError(new VerificationFailedError(task.index, ids)) }
  }
  const aliasNumber = state.aliasNumber + 1
  await unsealIndex(search, task.index)
  await replaceWriteAlias(search, builtIndex(context, state), writeAliasName(task.id, aliasNumber))
  return {
    kind: 'phase',
    phase: 'mending',
    items: differing.map((verdict) => ({ payload: verdictSchema.encode(verdict) })),
    state: storeState({ ...state, aliasNumber }),
  }
}

/** Each key once: a document may be in the way in several parts, and is mended in the first. */
function dropRepeated(verdicts: readonly z.infer<typeof verdictSchema>[]) {
  const seen = new Set<string>()
  const once = verdicts.map(({ part, differing }) => ({
    part,
    differing: differing.filter((key) => !seen.has(key) && seen.add(key)),
  }))
  return once.filter(({ differing }) => differing.length > 0)
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
