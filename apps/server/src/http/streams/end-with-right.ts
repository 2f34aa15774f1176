import { sleepUnlessAborted, type Clock } from '@ingestion-server/core'

const checkMs = 5_000

export interface RightToWatch {
  /** Whether the reader is still authorized. */
  mayStill(): Promise<boolean>
  /** Aborted when the reader loses authorization; when it is aborted elsewhere, the checks end. */
  stop: AbortController
  clock: Pick<Clock, 'sleep'>
}

/** Ends a stream within some seconds after its reader has lost authorization, for example by a revoked token. */
export async function endWithRight({ mayStill, stop, clock }: RightToWatch): Promise<void> {
  while (await sleepUnlessAborted(clock, checkMs, stop.signal)) {
    if (!(await mayStill())) stop.abort()
  }
}
