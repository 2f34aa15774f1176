import { IndexBusyError } from '../../errors.ts'
import { noCatchUp, noCounts } from '../counts.ts'
import { fromPageToken, toPageToken, type PageEnd } from '../page-token.ts'
import { createTaskId } from '../task-id.ts'
import { notRetryable } from '../task-state.ts'
import type { NewTask, TaskQuery, TaskRecord } from '../task-store.ts'
import { copy, findTask, isActive, isoNow, type MemoryState, type StoredTask } from './memory-state.ts'

export function createTask(state: MemoryState, task: NewTask): TaskRecord {
  const { model, action, request, index, reserve, requestedBy = null, state: given = {} } = copy(task)
  const id = createTaskId(state.now())
  takeReservations(state, id, reserve)
  const record: TaskRecord = {
    id,
    model,
    action,
    request,
    status: 'queued',
    phase: 'planning',
    stage: 0,
    lastStage: 0,
    index,
    state: given,
    counts: noCounts,
    catchUp: noCatchUp,
    planned: null,
    attempt: 1,
    waiting: null,
    error: null,
    requestedBy,
    asOf: null,
    createdAt: isoNow(state),
    startedAt: null,
    loadStartedAt: null,
    loadFinishedAt: null,
    finishedAt: null,
  }
  const planning = { attempt: 0, until: null }
  state.tasks.set(id, { record, reserve, planning, stages: new Map(), failedDocuments: new Map() })
  return record
}

export function retryTask(state: MemoryState, taskId: string): TaskRecord {
  const task = findTask(state, taskId)
  const { status, lastStage, attempt } = task.record
  if (status !== 'failed') throw notRetryable(taskId, status)
  takeReservations(state, taskId, task.reserve)
  Object.assign(task.record, {
    status: 'queued',
    phase: 'planning',
    stage: lastStage + 1,
    lastStage: lastStage + 1,
    attempt: attempt + 1,
    error: null,
    finishedAt: null,
    waiting: null,
  } satisfies Partial<TaskRecord>)
  return task.record
}

function takeReservations({ reservations }: MemoryState, taskId: string, names: readonly string[]): void {
  for (const name of [...names].sort()) {
    const holder = reservations.get(name)
    if (holder !== undefined) throw new IndexBusyError(name, holder)
  }
  for (const name of names) reservations.set(name, taskId)
}

export function freeReservations({ reservations }: MemoryState, { reserve }: StoredTask): void {
  for (const name of reserve) reservations.delete(name)
}

export function listTasks(
  { tasks }: MemoryState,
  query: TaskQuery,
): { tasks: TaskRecord[]; nextPageToken: string | null } {
  const end = query.pageToken === undefined ? null : fromPageToken(query.pageToken)
  const found = [...tasks.values()]
    .filter((task) => matches(task, query))
    .map(({ record }) => record)
    .filter((record) => end === null || compare(record, end) < 0)
    .sort((a, b) => compare(b, a))
  const page = found.slice(0, query.pageSize)
  const last = page.at(-1)
  return { tasks: page, nextPageToken: last && found.length > page.length ? toPageToken(last) : null }
}

function matches(task: StoredTask, { model, action, status, index, active }: TaskQuery): boolean {
  const { record } = task
  return (
    (model === undefined || record.model === model) &&
    (action === undefined || record.action === action) &&
    (status === undefined || record.status === status) &&
    (index === undefined || record.index === index) &&
    (!active || isActive(task))
  )
}

/** Both are text of one length, which sorts as what it stands for. */
function compare(a: PageEnd, b: PageEnd): number {
  const [left, right] = [`${a.createdAt} ${a.id}`, `${b.createdAt} ${b.id}`]
  return left < right ? -1 : left > right ? 1 : 0
}
