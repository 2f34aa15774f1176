import { backoffMs } from '../clock.ts'
import { classifyError, unavailableService } from '../classify-error.ts'
import type { TaskContext } from './action.ts'
import type { Lease } from './task-store.ts'

/** Keeps account of a service that is away, from the first failed call to the next success. */
export interface Outage {
  /**
   * Notes a failure, says it in the task, and gives the lease back so that any worker may try.
   *
   * @param lease null when the failure is one of the task store itself
   * @returns milliseconds to wait before the next try; null when it is no outage or has lasted too long
   */
  report(error: unknown, lease: Lease | null): Promise<number | null>
  /** Something worked: an outage, if there was one, is over. */
  end(): void
}

export function createOutage({ store, settings, clock }: TaskContext): Outage {
  let since: number | null = null
  let attempt = 0

  return {
    async report(error, lease) {
      const service = unavailableService(error)
      if (service === null) return null
      const now = clock.now()
      since ??= now
      if (now - since >= settings.outageTimeoutMs) return null
      const waitMs = backoffMs(attempt++)
      if (lease) {
        const waiting = {
          for: service,
          reason: (error as Error).message,
          since: new Date(since).toISOString(),
          next_attempt_at: new Date(now + waitMs).toISOString(),
        }
        await sayUnlessAway(async () => {
          await store.setWaiting(lease, waiting)
          await store.release(lease)
        })
      }
      return waitMs
    },
    end() {
      since = null
      attempt = 0
    },
  }
}

/** The tasks are often in the very database that is away; then there is nobody to tell. */
async function sayUnlessAway(say: () => Promise<void>): Promise<void> {
  try {
    await say()
  } catch (error) {
    if (unavailableService(classifyError(error)) !== 'postgres') throw error
  }
}
