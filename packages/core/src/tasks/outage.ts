import { backoffMs } from '../clock.ts'
import { classifyError, unavailableService } from '../classify-error.ts'
import type { TaskContext } from './action.ts'
import type { Lease, TaskRecord, Wait } from './task-store.ts'

/** Keeps account of a service that is away, from the first failed call to the next success. */
export interface OutageWatch {
  /**
   * Notes a failure, says it in the task, and gives the lease back so that any worker may try.
   *
   * @param claim what was being done; null when the failure is one of the task store itself
   * @returns milliseconds to wait before the next try; null when it is no outage or has lasted too long
   */
  report(error: unknown, claim: { task: TaskRecord; lease: Lease } | null): Promise<number | null>
  /** The task store worked: an outage of its own, if there was one, is over. */
  end(): void
}

const firstWaitMs = 500

/** As many doublings as fit into the time that has passed. */
function retryAfterMs(waitedMs: number): number {
  return backoffMs(Math.floor(Math.log2(1 + waitedMs / firstWaitMs)), firstWaitMs)
}

/**
 * How long a service has been waited for stands in the task, by the database's clock (see TaskStore.setWaiting): a run
 * may be one of many short ones, on any machine. Only where the tasks themselves can't be reached, this run's own clock
 * has to do.
 */
export function createOutageWatch({ store, settings, clock }: TaskContext): OutageWatch {
  let storeAwaySince: number | null = null

  function waitForStore(): Wait {
    const now = clock.now()
    storeAwaySince ??= now
    const waitedMs = Math.max(0, now - storeAwaySince)
    return { waitedMs, retryAfterMs: retryAfterMs(waitedMs) }
  }

  async function report(
    error: unknown,
    claim: { task: TaskRecord; lease: Lease } | null,
  ): Promise<number | null> {
    const service = unavailableService(error)
    if (service === null) return null
    const outage = { for: service, reason: (error as Error).message, retryAfterMs }
    const said = claim && (await unlessAway(() => store.setWaiting(claim.lease, outage)))
    const wait = said ?? waitForStore()
    if (wait.waitedMs >= settings.outageTimeoutMs && !isCancelling(claim)) return null
    if (claim) await unlessAway(() => store.release(claim.lease))
    return wait.retryAfterMs
  }

  return { report, end: () => void (storeAwaySince = null) }
}

/** Cleanup waits without a limit: a task that failed in it would leave behind what it has to remove. */
function isCancelling(claim: { task: TaskRecord } | null): boolean {
  return claim?.task.phase === 'cancelling'
}

/** The tasks are often in the very database that is away; then nothing can be recorded. @returns null then */
async function unlessAway<Result>(say: () => Promise<Result>): Promise<Result | null> {
  try {
    return await say()
  } catch (error) {
    if (unavailableService(classifyError(error)) !== 'postgres') throw error
    return null
  }
}
