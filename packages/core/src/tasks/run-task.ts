import { classifyError } from '../classify-error.ts'
import { LeaseLostError } from '../errors.ts'
import type { TaskContext } from './action.ts'
import { createOutage } from './outage.ts'
import { failTask, runClaim } from './run-claim.ts'
import type { TaskRecord } from './task-store.ts'

export interface RunOptions {
  /** Gives everything back at the next checkpoint and returns. */
  signal?: AbortSignal
  /** The same at a moment, milliseconds since the epoch: for functions whose time is limited. */
  deadline?: number
}

export type RunResult = { paused: true } | { paused: false; task: TaskRecord }

/** How long to wait at most before looking again for something to do while others hold what is left. */
const maxWaitMs = 1_000

/**
 * Works on a task until it has ended, or until told to stop. Any number of calls at once, on any number of
 * machines, share the task's items; a call that ends early leaves checkpoints, and the next goes on from them.
 *
 * A service that is away is waited for, with the reason in the task, up to `settings.outageTimeoutMs`; then the
 * task fails.
 *
 * @throws TaskNotFoundError
 * @throws DatabaseUnavailableError when the tasks themselves can't be read or written for that long
 */
export async function runTask(
  context: TaskContext,
  taskId: string,
  options: RunOptions = {},
): Promise<RunResult> {
  const isPausing = () =>
    options.signal?.aborted === true || context.clock.now() >= (options.deadline ?? Infinity)
  const outage = createOutage(context)

  while (!isPausing()) {
    try {
      const claim = await context.store.claim(taskId, context.worker, context.settings.leaseMs)
      if (claim.kind === 'ended') return { paused: false, task: claim.task }
      if (claim.kind === 'wait') {
        await pause(context, Math.min(claim.forMs, maxWaitMs), options.signal)
        continue
      }
      const failure = await runClaim(context, claim, { isPausing, outage })
      if (failure === null) continue
      const waitMs = await outage.report(failure, claim.lease)
      if (waitMs === null) await failTask(context, claim, failure)
      else await pause(context, waitMs, options.signal)
    } catch (thrown) {
      const error = classifyError(thrown)
      if (error instanceof LeaseLostError) continue
      // The tasks' own database is away: the state can't say so, but the wait is the same.
      const waitMs = await outage.report(error, null)
      if (waitMs === null) throw error
      await pause(context, waitMs, options.signal)
    }
  }
  return { paused: true }
}

/** A wait that ends early, without an error, when the caller wants to stop. */
async function pause(context: TaskContext, ms: number, signal: AbortSignal | undefined): Promise<void> {
  await context.clock.sleep(ms, signal).catch(() => undefined)
}
