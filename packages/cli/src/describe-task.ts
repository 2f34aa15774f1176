import { formatCount, formatDuration } from '@ingestion-server/format'
import {
  snakeCaseKeys,
  toSnakeCase,
  type FailedDocument,
  type Task,
  type TaskEvent,
} from '@ingestion-server/sdk'
import { formatTime } from './format-time.ts'
import type { Row } from './table.ts'

/** A task in full: labels and values. */
export function describeTask(task: Task): Row[] {
  const { counts, catchUp, waiting, limits, error, result } = task
  const rows: [string, string | null][] = [
    ['task', task.taskId],
    ['action', `${task.action} ${task.index ?? task.model}`],
    ['status', describeStatus(task)],
    ['waiting', waiting && `for ${waiting.for} since ${formatTime(waiting.since)}: ${waiting.reason}`],
    ['rows', describeRows(task)],
    ['unreadable', describeLeftOut(counts.leftOut)],
    [
      'catch-up',
      isAnythingIn(catchUp)
        ? `${formatCount(catchUp.indexed)} written, ${formatCount(catchUp.deleted)} deleted`
        : null,
    ],
    ['documents', task.documents === null ? null : `${formatCount(task.documents)} in the index`],
    ['rate', counts.read > 0 ? describeRate(task) : null],
    ['limits', describeLimits(limits)],
    ['attempt', task.attempt > 1 ? String(task.attempt) : null],
    ['requested by', task.requestedBy],
    ['created', formatTime(task.createdAt)],
    ['started', task.startedAt && formatTime(task.startedAt)],
    ['finished', task.finishedAt && `${formatTime(task.finishedAt)}${describeTime(task)}`],
    ['as of', task.asOf && formatTime(task.asOf)],
    ['result', result && JSON.stringify(snakeCaseKeys(result))],
    ['error', error && `${error.code}: ${error.detail}`],
  ]
  return rows.filter((row): row is [string, string] => row[1] !== null)
}

/** A task as a line of a list. */
export function listTask(task: Task): Row {
  return [
    task.taskId,
    task.action,
    task.index ?? task.model,
    describeStatus(task),
    task.counts.read,
    describeRate(task) ?? '',
    formatTime(task.createdAt),
    task.requestedBy ?? '',
  ]
}
export const taskListHeader: Row = [
  'TASK',
  'ACTION',
  'INDEX',
  'STATUS',
  'ROWS',
  'RATE',
  'CREATED',
  'REQUESTED BY',
]

export function describeEvent({ id, at, type, phase, data }: TaskEvent): Row {
  return [
    id,
    formatTime(at),
    type,
    describePhase(phase),
    Object.keys(data).length === 0 ? '' : JSON.stringify(data),
  ]
}
export const eventListHeader: Row = ['ID', 'AT', 'EVENT', 'PHASE', '']

export function describeFailedDocument({ id, status, reason, resolvedAt }: FailedDocument): Row {
  return [id, String(status), resolvedAt === null ? '' : formatTime(resolvedAt), reason]
}
export const failedDocumentHeader: Row = ['ID', 'STATUS', 'RESOLVED', 'REASON']

function describeStatus({ status, active, phase, progress }: Task): string {
  return active && status !== 'queued' ? `${status} (${describePhase(phase)}, ${progress}%)` : status
}

/** The phase for people: `mending` is a name of the API only. */
export function describePhase(phase: Task['phase']): string {
  return phase === 'mending' ? 'repairing' : phase.replaceAll('_', ' ')
}

function describeRows({ counts }: Task): string | null {
  const { planned, read, indexed, dropped, failed } = counts
  if (planned === null && read === 0) return null
  const of = planned === null ? '' : ` of about ${formatCount(planned)}`
  const parts = [
    `${formatCount(indexed)} indexed`,
    `${formatCount(dropped.deleted)} deleted`,
    `${formatCount(dropped.removedFromSource)} removed from source`,
    ...(dropped.sensitive === undefined ? [] : [`${formatCount(dropped.sensitive)} removed as sensitive`]),
    `${formatCount(failed)} failed`,
  ]
  return `${formatCount(read)}${of} read: ${parts.join(', ')}`
}

/** Number of rows in which a field could not be read, by the fields' names in documents. */
function describeLeftOut(leftOut: Task['counts']['leftOut']): string | null {
  const fields = Object.entries(leftOut ?? {}).map(([name, rows]) => {
    const field = toSnakeCase(name)
    return `${field} in ${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}, ${field === 'mature' ? 'taken as true' : 'left out'}`
  })
  return fields.length === 0 ? null : fields.join('; ')
}

/** Rows per second, and the time left. */
export function describeRate({ rate, etaSeconds }: Pick<Task, 'rate' | 'etaSeconds'>): string | null {
  if (rate === null) return null
  const left = etaSeconds === null ? '' : `, ${formatDuration(etaSeconds)} left`
  return `${formatCount(Math.round(rate))}/s${left}`
}

function describeLimits({ documentsPerSecond, inFlight }: Task['limits']): string | null {
  const parts = [
    documentsPerSecond !== null && `${formatCount(documentsPerSecond)} documents/s`,
    inFlight !== null && `${inFlight} in flight`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? null : parts.join(', ')
}

function describeTime({ startedAt, finishedAt }: Task): string {
  if (startedAt === null || finishedAt === null) return ''
  return `, after ${formatDuration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000)}`
}

function isAnythingIn(counts: Readonly<Record<string, number>>): boolean {
  return Object.values(counts).some((count) => count > 0)
}
