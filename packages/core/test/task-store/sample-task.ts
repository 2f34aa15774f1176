import type { Counts } from '../../src/contract/index.ts'
import type {
  Claim,
  Json,
  NewFailedDocument,
  NewTask,
  Outage,
  NextStep,
  TaskRecord,
  TaskStore,
} from '../../src/tasks/task-store.ts'
import { until } from '../support/until.ts'

export type MakeStore = () => TaskStore | Promise<TaskStore>
type NextPhase = Extract<NextStep, { kind: 'phase' }>

/** Longer than any test: such a lease doesn't expire. */
export const longLeaseMs = 600_000

/** A UUID that no task has. */
export const unknownId = '00000000-0000-7000-8000-000000000000'

export const someError = { code: 'some_error', title: 'SomeError', detail: 'it did not work' }

export function uniqueName(): string {
  return `image-${crypto.randomUUID()}`
}

/** A task on a unique index name. */
export function newTask(overrides: Partial<NewTask> = {}): NewTask {
  const index = overrides.index ?? uniqueName()
  return {
    model: 'image',
    action: 'REINDEX',
    request: { model: 'image', action: 'REINDEX' },
    index,
    reserve: [index],
    ...overrides,
  }
}

/** Counts of a page of which all rows but these were indexed. */
export function countsOf(read: number, { failed = 0, deleted = 0, removed = 0 } = {}): Counts {
  const indexed = read - failed - deleted - removed
  return { read, indexed, dropped: { deleted, removed_from_source: removed }, failed }
}

export function failedRow(id: string, overrides: Partial<NewFailedDocument> = {}): NewFailedDocument {
  return { id, status: 400, reason: 'mapper_parsing_exception', body: '{"id":1}', ...overrides }
}

/** A step to phase `loading` with an item for each payload. */
export function loadOf(payloads: readonly Json[], overrides: Partial<NextPhase> = {}): NextPhase {
  return { kind: 'phase', phase: 'loading', items: payloads.map((payload) => ({ payload })), ...overrides }
}

/** Claims until it gets that kind of work, and as long as others hold it. Any other kind is an error. */
export function claim<Kind extends 'item' | 'advance'>(
  kind: Kind,
  store: TaskStore,
  taskId: string,
  leaseMs = longLeaseMs,
  worker = 'worker-1',
): Promise<Extract<Claim, { kind: Kind }>> {
  return until(`work of kind ${kind} on task ${taskId}`, async () => {
    const claimed = await store.claim(taskId, worker, leaseMs)
    if (isKind(claimed, kind)) return claimed
    if (claimed.kind !== 'wait') throw new Error(`claimed ${claimed.kind}, not ${kind}`)
    return null
  })
}

function isKind<Kind extends Claim['kind']>(
  claimed: Claim,
  kind: Kind,
): claimed is Extract<Claim, { kind: Kind }> {
  return claimed.kind === kind
}

/** A new task in phase `loading` with an item for each payload. */
export async function startLoad(
  store: TaskStore,
  payloads: readonly Json[],
  task: NewTask = newTask(),
): Promise<TaskRecord> {
  const { id } = await store.create(task)
  return advance(store, id, loadOf(payloads))
}

/** Plans the phase after the current one, all of whose items are done. */
export async function advance(store: TaskStore, taskId: string, next: NextStep): Promise<TaskRecord> {
  const { lease } = await claim('advance', store, taskId)
  return store.advance(lease, next)
}

/** A new task that has failed in phase `planning`. */
export async function failedTask(store: TaskStore, task: NewTask = newTask()): Promise<TaskRecord> {
  const { id } = await store.create(task)
  return advance(store, id, { kind: 'failed', error: someError })
}

export async function getTask(store: TaskStore, taskId: string): Promise<TaskRecord> {
  const task = await store.get(taskId)
  if (!task) throw new Error(`there is no task ${taskId}`)
  return task
}

/** An outage as a worker reports it; the next attempt is in a second. */
export const outage: Outage = { for: 'opensearch', reason: 'connection refused', retryAfterMs: () => 1_000 }
