import { IdempotencyKeyReusedError, IndexBusyError } from '../../errors.ts'
import { noCatchUp, noCounts } from '../counts.ts'
import { fromPageToken, toPageToken, type PageEnd } from '../page-token.ts'
import { createTaskId } from '../task-id.ts'
import { noLimits } from '../task-record.ts'
import { firstRateSeconds } from '../rates.ts'
import { toCallerData } from '../task-history.ts'
import { toGivenKey } from '../idempotency-key.ts'
import type { Idempotency, NewTask, TaskQuery, TaskRecord } from '../task-store.ts'
import { recordEvent } from './memory-history.ts'
import { copy, isActive, nextMoment, unheld, type MemoryState, type StoredTask } from './memory-state.ts'

export function createTask(state: MemoryState, task: NewTask): TaskRecord {
  const { model, action, request, index, reserve, requestedBy = null, requestId = null } = copy(task)
  const { callbackUrl = null, state: given = {}, limits = {}, idempotency = null } = copy(task)
  const same = idempotency && findByKey(state, idempotency.key)
  if (same) return checkSame(same, idempotency)
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
    leftOut: {},
    documents: null,
    planned: null,
    attempt: 1,
    waiting: null,
    limits: { ...noLimits, ...limits },
    boundBy: null,
    error: null,
    result: null,
    requestedBy,
    requestId,
    callbackUrl,
    asOf: null,
    createdAt: nextMoment(state),
    startedAt: null,
    loadStartedAt: null,
    loadFinishedAt: null,
    cancelRequestedAt: null,
    keepIndex: false,
    finishedAt: null,
  }
  const stored: StoredTask = {
    record,
    reserve,
    planning: { ...unheld },
    stages: new Map(),
    initialState: copy(given),
    idempotency,
    rates: { seconds: firstRateSeconds, points: [] },
    failedDocuments: new Map(),
  }
  state.tasks.set(id, stored)
  recordEvent(state, stored, 'created', toCallerData(task))
  return record
}

export function findIdempotent(
  state: MemoryState,
  key: string,
): { taskId: string; fingerprint: string } | null {
  const task = findByKey(state, key)
  return task?.idempotency ? { taskId: task.record.id, fingerprint: task.idempotency.fingerprint } : null
}

function findByKey({ tasks }: MemoryState, key: string): StoredTask | undefined {
  return [...tasks.values()].find(({ idempotency }) => idempotency?.key === key)
}

function checkSame({ record, idempotency }: StoredTask, { key, fingerprint }: Idempotency): TaskRecord {
  if (idempotency?.fingerprint !== fingerprint)
    throw new IdempotencyKeyReusedError(toGivenKey(key), record.id)
  return record
}

export function takeReservations(
  { reservations }: MemoryState,
  taskId: string,
  names: readonly string[],
): void {
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

function matches(
  task: StoredTask,
  { model, action, status, index, requestedBy, active }: TaskQuery,
): boolean {
  const { record } = task
  return (
    (model === undefined || record.model === model) &&
    (action === undefined || record.action === action) &&
    (status === undefined || [status].flat().includes(record.status)) &&
    (requestedBy === undefined || record.requestedBy === requestedBy) &&
    (index === undefined || record.index === index) &&
    (!active || isActive(task))
  )
}

/** Both are text of one length, which sorts as what it stands for. */
function compare(a: PageEnd, b: PageEnd): number {
  const [left, right] = [`${a.createdAt} ${a.id}`, `${b.createdAt} ${b.id}`]
  return left < right ? -1 : left > right ? 1 : 0
}
