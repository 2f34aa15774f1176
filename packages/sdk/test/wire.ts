import type {
  FailedDocument,
  Index,
  Problem,
  ScheduledTask,
  Task,
  TaskEvent,
  TaskItem,
  TaskPlan,
} from '@ingestion-server/core/contract'

export const taskId = '0190f0c5-7d5c-7a3e-8f00-0123456789ab'

/** A task on the wire: running by default. */
export function wireTask(changes: Partial<Task> = {}): Task {
  return {
    task_id: taskId,
    model: 'image',
    action: 'REINDEX',
    status: 'running',
    active: true,
    progress: 40,
    phase: 'loading',
    index: 'image-20231106',
    counts: {
      planned: 100,
      read: 40,
      indexed: 39,
      dropped: { deleted: 1, removed_from_source: 0 },
      failed: 0,
    },
    catch_up: { indexed: 0, deleted: 0, failed: 0 },
    documents: null,
    rate: 1234.5,
    eta_seconds: 3,
    attempt: 1,
    waiting: null,
    limits: { documents_per_second: null, in_flight: null },
    bound_by: null,
    request: { model: 'image', action: 'REINDEX', index_suffix: '20231106' },
    requested_by: null,
    created_at: '2026-11-24T00:00:00.000Z',
    started_at: '2026-11-24T00:00:01.000Z',
    finished_at: null,
    as_of: null,
    cancel_requested_at: null,
    error: null,
    result: null,
    links: {
      self: `/task/${taskId}`,
      events: `/task/${taskId}/events`,
      items: `/task/${taskId}/items`,
      rates: `/task/${taskId}/rates`,
      failed_documents: `/task/${taskId}/failed_documents`,
      cancel: `/task/${taskId}/cancel`,
      retry: `/task/${taskId}/retry`,
    },
    ...changes,
  }
}

export function succeededTask(): Task {
  return wireTask({ status: 'succeeded', active: false, progress: 100, phase: 'done' })
}

export function failedTask(code = 'documents_failed'): Task {
  const error = {
    code,
    title: 'Documents failed',
    detail: '3 documents of index image-20231106 were refused',
  }
  return wireTask({ status: 'failed', active: false, error })
}

export function scheduledTask(changes: Partial<Task> = {}): ScheduledTask {
  return {
    message: 'Successfully scheduled task',
    task_id: taskId,
    status_check: `http://localhost:8001/task/${taskId}`,
    task: wireTask({ status: 'queued', progress: 0, phase: 'planning', ...changes }),
  }
}

export function problem(status: number, code: string, more: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', title: 'Refused', status, detail: `${code} happened`, code, ...more }
}

export function failedDocument(id: string): FailedDocument {
  const failed_at = '2026-11-24T00:00:02.000Z'
  const body = { body: '{}', body_bytes: 2, body_truncated: false }
  return { id, status: 400, reason: 'mapper_parsing_exception', ...body, failed_at, resolved_at: null }
}

export function taskPlan(changes: Partial<TaskPlan> = {}): TaskPlan {
  return {
    dry_run: true,
    model: 'image',
    action: 'POINT_ALIAS',
    index: 'image-20231106',
    request: { model: 'image', action: 'POINT_ALIAS', index_suffix: '20231106', alias: 'image' },
    rows: null,
    documents: 100,
    bytes: 4_000,
    seconds: 1,
    shards: 1,
    replicas: 1,
    disk: { needed_bytes: 5_000, free_bytes: 90_000 },
    catch_up_by: null,
    aliases: [{ alias: 'image', indices: ['image-20231005'] }],
    refusals: [],
    checks: [],
    warnings: [],
    moves: [],
    exceptions: [],
    ...changes,
  }
}

export function taskEvent(id: number, type: TaskEvent['type'], data: TaskEvent['data'] = {}): TaskEvent {
  return { id, type, at: '2026-11-24T00:00:01.000Z', phase: 'loading', attempt: 1, data }
}

export function taskItem(ordinal: number): TaskItem {
  return {
    stage: 1,
    phase: 'loading',
    ordinal,
    state: 'claimed',
    attempt: 1,
    worker: 'worker-1',
    lease_until: '2026-11-24T00:00:15.000Z',
    started_at: '2026-11-24T00:00:01.000Z',
    done_at: null,
    range: { after: ordinal * 1_000, end: (ordinal + 1) * 1_000 },
    done_up_to: null,
  }
}

export function wireIndex(changes: Partial<Index> = {}): Index {
  return {
    name: 'image-20231106',
    uuid: 'Xy_3kQ',
    model: 'image',
    suffix: '20231106',
    filtered: false,
    aliases: ['image'],
    state: 'open',
    documents: 100,
    documents_from: 'index',
    bytes: 4_000,
    health: 'green',
    created_at: '2026-11-24T00:00:00.000Z',
    task_id: taskId,
    verified: true,
    verified_at: '2026-11-24T00:00:05.000Z',
    as_of: '2026-11-24T00:00:04.000Z',
    filtered_from: null,
    terms_hash: null,
    reserved_by: null,
    ...changes,
  }
}

/** A stored event in its format in a stream. */
export function eventMessage(event: TaskEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

/** The current task, in a stream. */
export function progressMessage(changes: Partial<Task> = {}): string {
  return `event: progress\ndata: ${JSON.stringify(wireTask(changes))}\n\n`
}
