import type { TaskPlan } from '../contract-types.ts'
import { IngestionError } from '../errors/index.ts'
import { checkHeader, readBody, type RequestOptions, type Transport } from '../http/index.ts'
import { readScheduledTask } from './read-task.ts'
import { createTaskHandle, type TaskHandle } from './task-handle.ts'

export interface ActionOptions extends RequestOptions {
  /**
   * The server returns the same task for the same key and arguments, so a request whose response was lost can be sent
   * again. Each call generates a key unless you set one; an error of this package has it as `idempotencyKey`. Set one
   * to be safe beyond this call, for example when your program may restart or a signal may abort it.
   */
  idempotencyKey?: string | undefined
  /** The URL to which the server reports the end of the task; the server decides which hosts it calls. */
  callbackUrl?: string | undefined
  dryRun?: false | undefined
}

export interface DryRunOptions extends RequestOptions {
  callbackUrl?: string | undefined
  dryRun: true
}

/**
 * Starts a task and returns a handle as soon as the server has accepted it; with `dryRun: true` changes nothing, and
 * returns the plan.
 *
 * @throws BadRequestError, ConflictError and the other errors of this package
 */
export interface StartAction<Args> {
  (args: Args, options: DryRunOptions): Promise<TaskPlan>
  (args: Args, options?: ActionOptions): Promise<TaskHandle>
}

/**
 * @param requestOf path and body of the request for an action's arguments
 */
export function createAction<Args>(
  transport: Transport,
  requestOf: (args: Args) => { path: string; body: Record<string, unknown> },
): StartAction<Args> {
  function start(args: Args, options: DryRunOptions): Promise<TaskPlan>
  function start(args: Args, options?: ActionOptions): Promise<TaskHandle>
  async function start(args: Args, options: ActionOptions | DryRunOptions = {}) {
    const { dryRun, callbackUrl, signal, actor } = options
    const { path, body } = requestOf(args)
    const idempotencyKey = dryRun ? undefined : keyOf(options)
    try {
      const answer = await transport.send({
        method: 'POST',
        path,
        body: { ...body, callback_url: callbackUrl, dry_run: dryRun },
        headers: idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey },
        repeatable: true,
        signal,
        actor,
      })
      return dryRun
        ? readBody<TaskPlan>(answer, 'plan', { action: 'string', refusals: 'array' })
        : createTaskHandle(transport, readScheduledTask(answer, transport.clock.now()))
    } catch (error) {
      if (error instanceof IngestionError) error.idempotencyKey = idempotencyKey
      throw error
    }
  }
  return start
}

function keyOf({ idempotencyKey }: ActionOptions): string {
  return checkHeader('idempotencyKey', idempotencyKey) ?? newIdempotencyKey()
}

/** 128 random bits. Not `randomUUID`: browsers don't provide it to pages over plain HTTP. */
function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
