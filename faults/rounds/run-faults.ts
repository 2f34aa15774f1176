import { setTimeout as delay } from 'node:timers/promises'
import type { FaultTarget, OngoingFault } from '../kinds/index.ts'
import type { Testbed } from '../testbed/testbed.ts'
import type { ScheduledFault } from './round-plan.ts'

/** Calls may stop because of another fault; the next one begins at the latest after so long. */
const longestWaitMs = 3_000

export interface InjectedFault {
  kind: string
  description: string
  /** Requests, connections, processes, indices that met it; 0: it came too late, or for nothing. */
  effects: number
}

/**
 * Injects the faults of a round, each at its moment and for its time.
 *
 * @param over aborts when the tasks have ended: what did not begin then is left out
 */
export async function runFaults(
  testbed: Testbed,
  target: FaultTarget,
  schedule: readonly ScheduledFault[],
  over: AbortSignal,
): Promise<InjectedFault[]> {
  const startedAt = testbed.http.calls()
  return Promise.all(
    schedule.map(async ({ fault, afterCalls, durationMs }) => {
      const { kind, description } = fault
      await waitForMoment(testbed, startedAt + afterCalls, over)
      if (over.aborted && afterCalls > 0) return { kind, description, effects: 0 }
      let ongoing: OngoingFault | null = null
      try {
        ongoing = await fault.begin(testbed, target)
        const lasting = delay(durationMs, undefined, { signal: over }).catch(() => undefined)
        await Promise.race([lasting, ongoing.usedUp ?? lasting])
      } catch (error) {
        testbed.report(`${kind} could not be injected: ${String((error as Error).stack)}`)
      } finally {
        await ongoing?.end()
      }
      return { kind, description, effects: ongoing?.effects() ?? 0 }
    }),
  )
}

async function waitForMoment(testbed: Testbed, calls: number, over: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(longestWaitMs)
  await testbed.http.reached(calls, AbortSignal.any([over, timeout]))
}
