import type { TaskError, Waiting } from '../../contract/index.ts'
import { LeaseLostError } from '../../errors.ts'
import { noCatchUp, noCounts } from '../counts.ts'
import { followingStage } from '../task-state.ts'
import type { Lease, NextStep, TaskRecord, VerifiedIndex } from '../task-store.ts'
import { copy, isoNow, itemsOf, requireHeld, type MemoryState, type StoredTask } from './memory-state.ts'
import { freeReservations } from './memory-tasks.ts'

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
      return endTask(state, task, { status: 'succeeded', phase: 'done', error: null })
    case 'failed':
      return endTask(state, task, { status: 'failed', error: next.error })
  }
}

function enterPhase(state: MemoryState, task: StoredTask, next: NextPhase): TaskRecord {
  const { record } = task
  const stage = followingStage(next, record.lastStage)
  if (next.reset) startOver(task)
  else leaveLoad(state, task)
  if (next.phase === 'loading') {
    record.loadStartedAt ??= isoNow(state)
    record.loadFinishedAt = null
  }
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
      done: false,
      lease: { attempt: 0, until: null },
    }))
    task.stages.set(stage, items)
  }
  return record
}

function startOver({ record, stages, failedDocuments }: StoredTask): void {
  Object.assign(record, {
    counts: noCounts,
    catchUp: noCatchUp,
    planned: null,
    asOf: null,
    loadStartedAt: null,
    loadFinishedAt: null,
  } satisfies Partial<TaskRecord>)
  stages.clear()
  failedDocuments.clear()
}

function leaveLoad(state: MemoryState, { record }: StoredTask): void {
  if (record.phase === 'loading') record.loadFinishedAt = isoNow(state)
}

function recordIndex(state: MemoryState, { record }: StoredTask, verified: VerifiedIndex): void {
  const { model, id: taskId } = record
  const { filteredFrom = null, termsHash = null } = verified
  const verifiedAt = isoNow(state)
  state.indices.set(verified.uuid, { ...verified, filteredFrom, termsHash, model, taskId, verifiedAt })
}

function endTask(
  state: MemoryState,
  task: StoredTask,
  outcome: Pick<TaskRecord, 'status' | 'error'> & Partial<Pick<TaskRecord, 'phase'>>,
): TaskRecord {
  leaveLoad(state, task)
  Object.assign(task.record, outcome, {
    finishedAt: isoNow(state),
    waiting: null,
  } satisfies Partial<TaskRecord>)
  task.planning.until = null
  freeReservations(state, task)
  return task.record
}

/** Ends a task as failed, from an item or from planning. */
export function failTask(state: MemoryState, lease: Lease, error: TaskError): void {
  endTask(state, requireHeld(state, lease).task, { status: 'failed', error: copy(error) })
}

export function setWaiting(state: MemoryState, lease: Lease, waiting: Waiting | null): void {
  requireHeld(state, lease).task.record.waiting = copy(waiting)
}
