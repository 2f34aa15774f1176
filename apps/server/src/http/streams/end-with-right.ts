import type { Clock } from '@ingestion-server/core'

const checkMs = 5_000

export interface RightToWatch {
  /** Whether who watches may still do so. */
  mayStill(): Promise<boolean>
  /** Aborted when they may not any more; when it is aborted elsewhere, the checks end. */
  stop: AbortController
  clock: Pick<Clock, 'sleep'>
}

/** Ends a stream within some seconds after its reader has lost the right to it, as by a token that was revoked. */
export async function endWithRight({ mayStill, stop, clock }: RightToWatch): Promise<void> {
  for (;;) {
    await clock.sleep(checkMs, stop.signal).catch(() => undefined) // aborted: looked at next
    if (stop.signal.aborted) return
    if (!(await mayStill())) stop.abort()
  }
}
