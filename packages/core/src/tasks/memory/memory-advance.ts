import type { TaskError } from '../../contract/index.ts'
import { LeaseLostError } from '../../errors.ts'
import { assertBalanced } from '../counts.ts'
import { assertCancelling, cancelled, followingStage } from '../task-state.ts'
import type { Lease, NextStep, Outage, TaskRecord, VerifiedIndex, Wait } from '../task-store.ts'
import { planWait } from '../wait.ts'
import { endTask, leaveLoad, startOver } from './memory-end.ts'
import { recordEvent, recordOutageEvent } from './memory-history.ts'
import {
  copy,
  isoNow,
  itemsOf,
  requireHeld,
  unheld,
  type MemoryState,
  type StoredTask,
} from './memory-state.ts'

type NextPhase = Extract<NextStep, { kind: 'phase' }>

export function advanceTask(state: MemoryState, lease: Lease, step: NextStep): TaskRecord {
  const { task, item } = requireHeld(state, lease)
  if (item) throw new LeaseLostError(lease.taskId)
  const next = copy(step)
  switch (next.kind) {
    case 'phase':
      return enterPhase(state, task, next)
    case 'finished':
      if (next.verified) recordIndex(state, task, next.verified)
      task.record.state = next.state ?? task.record.state
      return endTask(state, task, {
        status: 'succeeded',
        phase: 'done',
        error: null,
        result: next.result ?? null,
        documents: next.verified?.documents ?? task.record.documents,
      })
    case 'failed':
      return endTask(state, task, { status: 'failed', error: next.error })
    case 'cancelled':
      assertCancelling(task.record)
      return endTask(state, task, cancelled(task.record))
  }
}

function enterPhase(state: MemoryState, task: StoredTask, next: NextPhase): TaskRecord {
  const { record } = task
  const wasWaiting = record.waiting !== null
  const stage = followingStage(next, record.lastStage)
  if (next.counts) assertBalanced(next.counts)
  if (next.reset) startOver(task)
  else leaveLoad(state, task)
  if (next.phase === 'loading') {
    record.loadStartedAt ??= isoNow(state)
    record.loadFinishedAt = null
    record.documents = null
  }
  record.counts = next.counts ?? record.counts
  record.documents = next.documents ?? record.documents
  record.phase = next.phase
  record.stage = stage
  record.lastStage = Math.max(stage, record.lastStage)
  record.waiting = null
  record.state = next.state ?? record.state
  record.planned = next.planned ?? record.planned
  record.asOf = next.asOf ?? record.asOf
  task.planning.until = null
  if ('fromStage' in next.items) {
    for (const item of itemsOf(task)) item.lease.until = null
  } else {
    const items = next.items.map(({ payload }) => ({
      payload,
      checkpoint: null,
      result: null,
      doneAt: null,
      lease: { ...unheld },
    }))
    task.stages.set(stage, { phase: next.phase, items })
  }
  if (wasWaiting) recordOutageEvent(state, task, 'resumed')
  recordEvent(state, task, 'phase')
  return record
}

function recordIndex(state: MemoryState, { record }: StoredTask, verified: VerifiedIndex): void {
  const { model, id: taskId } = record
  const { filteredFrom = null, termsHash = null, mark = null } = verified
  const verifiedAt = isoNow(state)
  state.indices.set(verified.uuid, { ...verified, filteredFrom, termsHash, mark, model, taskId, verifiedAt })
}

/** Ends a task as failed, from an item or from planning. */
export function failTask(state: MemoryState, lease: Lease, error: TaskError): void {
  endTask(state, requireHeld(state, lease).task, { status: 'failed', error: copy(error) })
}

export function setWaiting(state: MemoryState, lease: Lease, outage: Outage): Wait {
  const { task } = requireHeld(state, lease)
  const { waiting: before } = task.record
  const { waiting, wait } = planWait(outage, before, state.now())
  task.record.waiting = waiting
  if (before === null) recordOutageEvent(state, task, 'waiting', { waiting })
  return wait
}
