import { classifyError, unavailableService } from '../classify-error.ts'
import type { TaskRequest } from '../contract/index.ts'
import {
  ActionUnavailableError,
  IdempotencyKeyReusedError,
  IndexBusyError,
  IndexExistsError,
} from '../errors.ts'
import type { Action, TaskContext } from './action.ts'
import { fingerprintRequest } from './fingerprint.ts'
import { toGivenKey, toStoredKey } from './idempotency-key.ts'
import type { Caller, Idempotency, TaskLimits, TaskRecord } from './task-store.ts'

export interface SubmitOptions extends Caller {
  /** With the same key and request, returns the existing task in its current state. */
  idempotencyKey?: string | undefined
  /** Owner of the key, as the id of a token; absent: shared by all callers. */
  keyOwner?: string | undefined
  callbackUrl?: string | null | undefined
  limits?: Partial<TaskLimits> | undefined
}

type SubmitContext = Pick<TaskContext, 'actions' | 'store' | 'search' | 'settings'>

/**
 * Creates a queued task for a request, after the checks that can be made immediately.
 *
 * @throws IndexBusyError, ActionUnavailableError, IdempotencyKeyReusedError, and the action's precondition failures
 * @throws DatabaseUnavailableError when the task can't be stored
 * @example
 * import { submitTask, type TaskContext } from '@ingestion-server/core'
 *
 * export async function startReindex(context: TaskContext, suffix: string): Promise<string> {
 *   const request = { model: 'image', action: 'REINDEX', index_suffix: suffix } as const
 *   // With the key, a repeated call returns the same task.
 *   const { id } = await submitTask(context, request, { idempotencyKey: `nightly-${suffix}` })
 *   return id
 * }
 */
export async function submitTask(
  context: SubmitContext,
  request: TaskRequest,
  { idempotencyKey, keyOwner, ...options }: SubmitOptions = {},
): Promise<TaskRecord> {
  const action = context.actions.find(({ name }) => name === request.action)
  if (!action) throw new ActionUnavailableError(request.action)
  if (idempotencyKey === undefined) return createTask(context, action, request, options)

  const idempotency = {
    key: toStoredKey(idempotencyKey, keyOwner),
    fingerprint: await fingerprintRequest({ ...request, callback_url: options.callbackUrl ?? undefined }),
  }
  const same = await findSame(context, idempotency)
  if (same) return same
  try {
    return await createTask(context, action, request, { ...options, idempotency })
  } catch (error) {
    // The conflict may be with the task of the same request, sent concurrently.
    const inTheWay = error instanceof IndexBusyError || error instanceof IndexExistsError
    const made = inTheWay ? await findSame(context, idempotency) : null
    if (made) return made
    throw error
  }
}

async function createTask(
  context: SubmitContext,
  action: Action,
  request: TaskRequest,
  options: Omit<SubmitOptions, 'idempotencyKey' | 'keyOwner'> & { idempotency?: Idempotency },
): Promise<TaskRecord> {
  const reservation = action.reserve(request)
  // In parallel: each is a round trip to another machine, and a caller waits.
  const checking = action.check(context, reservation.request, reservation.index).catch((thrown: unknown) => {
    const error = classifyError(thrown)
    // If OpenSearch is unavailable, nothing can be checked now: the task is created, waits, and checks when it runs.
    if (unavailableService(error) !== 'opensearch') throw error
  })
  // A busy index has precedence over the result of the check.
  checking.catch(() => undefined)
  const blockingTask = await context.store.findReservation(reservation.index)
  if (blockingTask) throw new IndexBusyError(reservation.index, blockingTask)
  await checking
  return context.store.create({ model: request.model, action: request.action, ...reservation, ...options })
}

/** @throws IdempotencyKeyReusedError */
async function findSame(
  { store }: SubmitContext,
  { key, fingerprint }: Idempotency,
): Promise<TaskRecord | null> {
  const made = await store.findIdempotent(key)
  if (!made) return null
  if (made.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError(toGivenKey(key), made.taskId)
  return store.get(made.taskId)
}
