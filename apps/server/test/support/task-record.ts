import type { TaskRecord } from '@ingestion-server/core'

/** A queued REINDEX, with what a test cares about put over it. */
export function createTaskRecord(overrides: Partial<TaskRecord> = {}): TaskRecord {
  return {
    id: '018f2b2e-7c1a-7000-8000-000000000001',
    model: 'image',
    action: 'REINDEX',
    request: { model: 'image', action: 'REINDEX', index_suffix: '20231106' },
    status: 'queued',
    phase: 'planning',
    stage: 0,
    lastStage: 0,
    index: 'image-20231106',
    state: {},
    counts: { read: 0, indexed: 0, dropped: { deleted: 0, removed_from_source: 0 }, failed: 0 },
    catchUp: { indexed: 0, deleted: 0, failed: 0 },
    documents: null,
    planned: null,
    attempt: 1,
    waiting: null,
    limits: { documentsPerSecond: null, inFlight: null },
    boundBy: null,
    error: null,
    result: null,
    requestedBy: null,
    requestId: null,
    callbackUrl: null,
    asOf: null,
    createdAt: '2026-11-24T04:00:00.000Z',
    startedAt: null,
    loadStartedAt: null,
    loadFinishedAt: null,
    cancelRequestedAt: null,
    keepIndex: false,
    finishedAt: null,
    ...overrides,
  }
}
