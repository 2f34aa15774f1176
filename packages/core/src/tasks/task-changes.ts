import { findActionPhases, type Phase, type TaskError } from '../contract/index.ts'
import { assertBalanced } from './counts.ts'
import { firstRateSeconds } from './rates.ts'
import { countNames } from './schema.ts'
import { fromCounts, type TaskRow } from './task-record.ts'
import { followingStage, startsOver } from './task-state.ts'
import type { Finished, NextStep, VerifiedIndex } from './task-store.ts'

/*
 * Changes of a task's row. `now` is the time of the change by the store's clock, in the store's format. A column that
 * is absent or undefined keeps its value.
 */

/** Discards everything done so far. */
const voided = {
  ...Object.fromEntries(countNames.map((name) => [name, 0])),
  leftOut: null,
  documents: null,
  planned: null,
  asOf: null,
  loadStartedAt: null,
  loadFinishedAt: null,
  rateSeconds: firstRateSeconds,
}

/** The current phase ends. */
function leavePhase<Now>({ action, phase }: TaskRow, now: Now): { loadFinishedAt?: Now } {
  return phase === findActionPhases(action).load ? { loadFinishedAt: now } : {}
}

/** @throws RangeError for counts that are not balanced, and for a stage that can't be resumed */
export function enterPhase<Now>(row: TaskRow, next: Extract<NextStep, { kind: 'phase' }>, now: Now) {
  const stage = followingStage(next, row.lastStage)
  if (next.counts) assertBalanced(next.counts)
  return {
    ...(next.reset ? voided : leavePhase(row, now)),
    ...(next.counts && fromCounts(next.counts)),
    ...(next.phase === findActionPhases(row.action).load && {
      loadStartedAt: next.reset ? now : (row.loadStartedAt ?? now),
      loadFinishedAt: null,
      // The index changes again.
      documents: null,
    }),
    ...(next.documents !== undefined && { documents: next.documents }),
    ...(next.planned !== undefined && { planned: next.planned }),
    ...(next.asOf !== undefined && { asOf: next.asOf }),
    phase: next.phase,
    stage,
    lastStage: Math.max(stage, row.lastStage),
    leaseUntil: null,
    waiting: null,
    state: next.state,
  }
}

export interface Outcome {
  status: 'succeeded' | 'failed' | 'cancelled'
}

export function succeeded({ verified, state, result }: Finished) {
  const documents = verified?.documents
  return { status: 'succeeded' as const, phase: 'done' as const, error: null, result, state, documents }
}

/** The verification record of an index, without its time. */
export function verifiedIndex({ model, id: taskId }: TaskRow, verified: VerifiedIndex) {
  const { filteredFrom = null, termsHash = null, mark = null } = verified
  return { ...verified, filteredFrom, termsHash, mark, model, taskId }
}

export function failed(error: TaskError) {
  return { status: 'failed' as const, error }
}

/** No count, unless the index was kept. */
export function cancelled({ documents, keepIndex }: TaskRow) {
  return { status: 'cancelled' as const, documents: keepIndex ? documents : null }
}

export function end<Ended extends Outcome, Now>(row: TaskRow, outcome: Ended, now: Now) {
  return { ...outcome, ...leavePhase(row, now), finishedAt: now, waiting: null, leaseUntil: null }
}

/** A task that never started has nothing to clean up. */
export function cancelUnstarted<Now>(keepIndex: boolean, now: Now) {
  return { status: 'cancelled' as const, cancelRequestedAt: now, keepIndex }
}

/** A lease on planning stays, because its holder may be creating an index that the cleanup has to find. */
export function enterCancelling<Now>(row: TaskRow, keepIndex: boolean, now: Now) {
  const stage = row.lastStage + 1
  return {
    ...leavePhase(row, now),
    cancelRequestedAt: now,
    keepIndex,
    phase: 'cancelling' as const,
    stage,
    lastStage: stage,
    waiting: null,
  }
}

export function queueAgain(row: TaskRow, phase: Phase) {
  const stage = row.lastStage + 1
  return {
    ...(startsOver(row) && { ...voided, state: row.initialState ?? {} }),
    status: 'queued' as const,
    phase,
    stage,
    lastStage: stage,
    attempt: row.attempt + 1,
    error: null,
    result: null,
    boundBy: null,
    finishedAt: null,
    waiting: null,
    leaseUntil: null,
    cancelRequestedAt: null,
    keepIndex: false,
  }
}
