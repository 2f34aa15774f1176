import { classifyError, unavailableService } from '../classify-error.ts'
import { sleepUnlessAborted } from '../clock.ts'
import { LeaseLostError } from '../errors.ts'
import type { TaskContext } from './action.ts'
import type { Quota, Lease } from './task-store.ts'

export interface HeldLease {
  /** Aborts when the lease is lost. */
  signal: AbortSignal
  /** The latest quota of the task; null when none was received since the claim. */
  quota(): Quota | null
  setQuota(quota: Quota): void
  /** The error of a lost lease; null while it is held. */
  lost(): LeaseLostError | null
  stop(): void
}

/** Renews a lease three times per lease duration until it is stopped or lost. */
export function holdLease({ store, settings, clock }: TaskContext, lease: Lease): HeldLease {
  const losing = new AbortController()
  const stopping = new AbortController()
  let lost: LeaseLostError | null = null
  let quota: Quota | null = null

  async function renew(): Promise<void> {
    while (await sleepUnlessAborted(clock, settings.leaseMs / 3, stopping.signal)) {
      try {
        quota = await store.renew(lease, settings.leaseMs)
      } catch (thrown) {
        const error = classifyError(thrown)
        // While the database is unavailable, no other worker can take the lease either, so the work continues. A
        // checkpoint detects whether one did.
        if (unavailableService(error) !== null) continue
        lost = error instanceof LeaseLostError ? error : new LeaseLostError(lease.taskId)
        losing.abort(lost)
        return
      }
    }
  }
  void renew()

  return {
    signal: losing.signal,
    quota: () => quota,
    setQuota: (heard) => {
      quota = heard
    },
    lost: () => lost,
    stop: () => stopping.abort(),
  }
}
