import { backoffMs } from '../clock.ts'
import { classifyError, unavailableService } from '../classify-error.ts'
import type { TaskContext } from './action.ts'
import type { Lease, TaskRecord } from './task-store.ts'

/** Keeps account of a service that is away, from the first failed call to the next success. */
export interface Outage {
  /**
   * Notes a failure, says it in the task, and gives the lease back so that any worker may try.
   *
   * @param claim what was being done; null when the failure is one of the task store itself
   * @returns milliseconds to wait before the next try; null when it is no outage or has lasted too long
   */
  report(error: unknown, claim: { task: TaskRecord; lease: Lease } | null): Promise<number | null>
  /** Something worked: an outage, if there was one, is over. */
  end(): void
}

const firstWaitMs = 500

export function createOutage({ store, settings, clock }: TaskContext): Outage {
  let since: number | null = null
  let workedAt = -Infinity

  /** A run may be one of many short ones: how long the task has been waiting stands in the task. */
  function waitingSince(task: TaskRecord | undefined, service: 'opensearch' | 'postgres'): number | null {
    if (task?.waiting?.for !== service) return null
    const noted = Date.parse(task.waiting.since)
    // The task was read before something worked: that outage is over.
    return noted > workedAt ? noted : null
  }

  return {
    async report(error, claim) {
      const service = unavailableService(error)
      if (service === null) return null
      const now = clock.now()
      since ??= waitingSince(claim?.task, service) ?? now
      if (now - since >= settings.outageTimeoutMs && !isCancelling(claim)) return null
      // As many doublings as fit into the time that has passed.
      const attempt = Math.floor(Math.log2(1 + Math.max(0, now - since) / firstWaitMs))
      const waitMs = backoffMs(attempt, firstWaitMs)
      if (claim) {
        const waiting = {
          for: service,
          reason: (error as Error).message,
          since: new Date(since).toISOString(),
          next_attempt_at: new Date(now + waitMs).toISOString(),
        }
        await sayUnlessAway(async () => {
          await store.setWaiting(claim.lease, waiting)
          await store.release(claim.lease)
        })
      }
      return waitMs
    },
    end() {
      since = null
      workedAt = clock.now()
    },
  }
}

/** Tidying waits as long as it takes: a task that failed in it would leave behind what it was told to remove. */
function isCancelling(claim: { task: TaskRecord } | null): boolean {
  return claim?.task.phase === 'cancelling'
}

/** The tasks are often in the very database that is away; then there is nobody to tell. */
async function sayUnlessAway(say: () => Promise<void>): Promise<void> {
  try {
    await say()
  } catch (error) {
    if (unavailableService(classifyError(error)) !== 'postgres') throw error
  }
}
