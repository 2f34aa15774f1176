import { z } from 'zod'
import { VerificationFailedError } from '../../errors.ts'
import { WrittenByOthersError } from '../../index-errors.ts'
import { estimateRows, readMark, readRanges, type Mark } from '../../rows/index.ts'
import { countDocuments, replaceWriteAlias, unblockIndexWrites, writeAliasName } from '../../search/index.ts'
import { balance, toTaskError, type NextStep, type StepContext } from '../../tasks/index.ts'
import { listKeyParts } from './find-mismatched-ids.ts'
import { blockAndCountWrites, tookOthers } from './block-and-count-writes.ts'
import { listFields } from './verification-depth.ts'
import { builtIndex, readState, storeState, type ReindexState } from './state.ts'
import {
  toJson,
  addToReport,
  sumDropped,
  comparisonSchema,
  differencesSchema,
  type Comparison,
  type Differences,
  type Part,
} from './verification-parts.ts'

/** After the catch-up: compares everything. */
export async function startVerification(context: StepContext): Promise<NextStep> {
  const state = readState(context)
  const newSince = transactionIdOf(state, state.mark)
  return compareAll(
    context,
    await blockAndCountWrites(context, { ...state, verification: undefined, repeats: 0, newSince }),
  )
}

async function compareAll(context: StepContext, state: ReindexState): Promise<NextStep> {
  const { db, model, settings } = context
  const { verifyUpTo, tableOid: oid } = state
  const rows = await estimateRows(db, model)
  // Rows above the catch-up's last id were inserted after `as_of` and don't belong in the index.
  const options = { oid, rows, rowsPerRange: settings.rowsPerItem }
  const ranges = verifyUpTo === null ? [] : await readRanges(db, model, { ...options, end: verifyUpTo })
  const parts: Part[] = [
    // First, because they take longest.
    ...(await listKeyParts(context)).map((keys) => ({ keys })),
    ...ranges,
    { strays: true },
  ]
  return compareInNextPhase(
    { ...state, round: 0 },
    parts.map((part) => ({ part, mended: null })),
  )
}

/** Checks whether the repair took effect. If other programs wrote meanwhile, compares everything again. */
export async function verifyAgain(context: StepContext, mendedParts: readonly unknown[]): Promise<NextStep> {
  const { task, settings } = context
  const before = readState(context)
  const state = await blockAndCountWrites(context, before)
  if (!tookOthers(before, state))
    return compareInNextPhase(state, z.array(comparisonSchema).parse(mendedParts))
  if (state.repeats >= settings.maxRepairRounds)
    return { kind: 'failed', error: toTaskError(new WrittenByOthersError(task.index)) }
  const verification = state.verification && { ...state.verification, compared: 0 }
  return compareAll(context, { ...state, verification, repeats: state.repeats + 1 })
}

function compareInNextPhase(state: ReindexState, comparisons: readonly Comparison[]): NextStep {
  return {
    kind: 'phase',
    phase: 'verifying',
    items: comparisons.map((comparison) => ({ payload: toJson.comparison(comparison) })),
    state: storeState({ ...state, round: state.round + 1 }),
  }
}

/** Continues if nothing differs; otherwise starts a repair, a limited number of times. */
export async function evaluate(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  const { task, search, store, settings } = context
  const state = readState(context)
  const found = dropRepeated(z.array(differencesSchema).parse(results))
  const verification = addToReport(state.verification ?? { compared: 0, differing: 0, fields: {} }, found)
  const differing = found.filter(({ differing, isCut }) => differing.length > 0 || isCut)
  // The first round compares everything, later rounds only what differed.
  const dropped = state.round === 1 ? sumDropped(found) : task.counts.dropped
  if (differing.length === 0) {
    const documents = await countDocuments(search, task.index)
    const failed = await store.countFailedDocuments(task.id)
    return {
      kind: 'phase',
      phase: 'restoring',
      items: [],
      counts: balance({ indexed: documents, dropped, failed }),
      documents,
      state: storeState({ ...state, documents, verification }),
    }
  }
  if (state.round > settings.maxRepairRounds) {
    const ids = differing.flatMap((result) => result.differing)
    return {
      kind: 'failed',
      error: toTaskError(new VerificationFailedError(task.index, ids, listFields(verification.fields))),
    }
  }
  const aliasNumber = state.aliasNumber + 1
  const alias = writeAliasName(task, aliasNumber)
  // Read before the first repair, so that rows written later count as new.
  const { mark } = await readMark(context.db, context.model, state.tableOid)
  await replaceWriteAlias(search, builtIndex(context, state), alias)
  // The previous alias is gone, so no late block can arrive through it.
  await unblockIndexWrites(search, alias)
  return {
    kind: 'phase',
    phase: 'mending',
    items: differing.map(({ part, differing, isCut }) => ({
      payload: toJson.differingKeys({ part, differing, isCut }),
    })),
    counts: balance({ ...task.counts, dropped }),
    state: storeState({ ...state, aliasNumber, verification, newSince: transactionIdOf(state, mark) }),
  }
}

/** The transaction id of a mark, if rows can be compared with it. */
function transactionIdOf({ catchUpBy }: ReindexState, mark: Mark | null): string | null {
  return catchUpBy?.table === 'transaction_id' ? (mark?.xid ?? null) : null
}

/** Keeps each key once: a document may differ in several parts, and is repaired in the first. */
function dropRepeated(found: readonly Differences[]): Differences[] {
  const seen = new Set<string>()
  return found.map((each) => ({
    ...each,
    differing: each.differing.filter((key) => !seen.has(key) && seen.add(key)),
  }))
}
