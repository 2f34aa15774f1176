import { findActionFacts, findPhaseRole, isActive, type Task, type TaskRecord } from '@ingestion-server/core'

/** Maximum progress until the task has succeeded: everything is written, not everything is verified. */
const progressBeforeEnd = 99

/**
 * A stored task as `GET /task/{id}` shows it.
 *
 * @param now for the rate of a load in progress
 */
export function toTask(record: TaskRecord, now: Date): Task {
  const active = isActive(record)
  const rate = loadRate(record, now)
  return {
    task_id: record.id,
    model: record.model,
    action: record.action,
    status: record.status,
    active,
    progress: toProgress(record),
    phase: record.phase,
    index: record.index,
    counts: toCounts(record),
    catch_up: record.catchUp,
    documents: record.documents,
    rate,
    eta_seconds: active && record.waiting === null ? loadEtaSeconds(record, rate) : null,
    attempt: record.attempt,
    waiting: active ? toWaiting(record, now) : null,
    limits: { documents_per_second: record.limits.documentsPerSecond, in_flight: record.limits.inFlight },
    bound_by: active ? record.boundBy : null,
    // As it was sent, so that it can be sent again.
    request: { ...record.request, ...(record.callbackUrl !== null && { callback_url: record.callbackUrl }) },
    requested_by: record.requestedBy,
    created_at: record.createdAt,
    started_at: record.startedAt,
    finished_at: record.finishedAt,
    as_of: record.asOf,
    cancel_requested_at: record.cancelRequestedAt,
    error: record.error,
    result: record.result,
    links: toLinks(taskPath(record.id)),
  }
}

/** A next attempt is never in the past: while it is in progress, it is now. */
function toWaiting({ waiting }: Pick<TaskRecord, 'waiting'>, now: Date): Task['waiting'] {
  if (waiting === null || Date.parse(waiting.next_attempt_at) >= now.getTime()) return waiting
  return { ...waiting, next_attempt_at: now.toISOString() }
}

export function taskPath(taskId: string): string {
  return `/task/${taskId}`
}

function toLinks(self: string): Task['links'] {
  return {
    self,
    events: `${self}/events`,
    items: `${self}/items`,
    rates: `${self}/rates`,
    failed_documents: `${self}/failed_documents`,
    cancel: `${self}/cancel`,
    retry: `${self}/retry`,
  }
}

/** Interval for polling a task. */
const pollSeconds = '1'

/** Headers of every response with a task. */
export function pollHeaders(record: Pick<TaskRecord, 'status'>): Record<string, string> {
  return { 'Cache-Control': 'no-store', ...(isActive(record) && { 'Retry-After': pollSeconds }) }
}

/** A task that filters shows the number of removed documents, also when it is 0. */
function toCounts({ action, counts, leftOut, planned }: TaskRecord): Task['counts'] {
  const { dropped } = counts
  const filters = findActionFacts(action)?.removesSensitive === true
  return {
    ...counts,
    ...(filters && { dropped: { ...dropped, sensitive: dropped.sensitive ?? 0 } }),
    planned,
    ...(Object.keys(leftOut).length > 0 && { left_out: leftOut }),
  }
}

type LoadRecord = Pick<TaskRecord, 'counts' | 'planned' | 'loadStartedAt' | 'loadFinishedAt' | 'finishedAt'>

/**
 * Rows accounted for over rows planned, in whole percent, rounded down: 0 to 99 until the task has succeeded, then
 * 100. `planned` is an estimate, so the load may end before or after 99 % of it; when it has ended it counts as 99.
 * A task that failed or was cancelled keeps its progress; one without rows is at 0 until then.
 */
export function toProgress(
  record: Pick<TaskRecord, 'action' | 'status' | 'phase' | 'documents'> &
    Pick<LoadRecord, 'counts' | 'planned'>,
): number {
  if (record.status === 'succeeded') return 100
  const { planned } = record
  if (planned === null) return 0
  const isWritten = findPhaseRole(record.action, record.phase) === 'finish'
  // A verified index whose failed documents are being retried was loaded completely.
  if (isWritten || record.documents !== null) return progressBeforeEnd
  if (planned <= 0) return 0
  return Math.min(progressBeforeEnd, Math.floor((record.counts.read / planned) * 100))
}

/** Rows per second from the load's start to its end, or until now; to one decimal. */
function loadRate(record: LoadRecord, now: Date): number | null {
  if (record.loadStartedAt === null) return null
  const end = Date.parse(record.loadFinishedAt ?? record.finishedAt ?? now.toISOString())
  const seconds = (end - Date.parse(record.loadStartedAt)) / 1000
  // The database's clock may be ahead of this process's.
  if (!(seconds > 0)) return null
  return Math.round((record.counts.read / seconds) * 10) / 10
}

/** Seconds until the load has read the planned rows; the time of later phases is not known in advance. */
function loadEtaSeconds(record: LoadRecord, rate: number | null): number | null {
  if (record.planned === null || record.loadFinishedAt !== null || !rate) return null
  const seconds = Math.ceil(Math.max(0, record.planned - record.counts.read) / rate)
  return Number.isSafeInteger(seconds) ? seconds : null
}
