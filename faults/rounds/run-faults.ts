import { setTimeout as delay } from 'node:timers/promises'
import type { FaultTarget, OngoingFault } from '../kinds/index.ts'
import type { Testbed } from '../testbed/testbed.ts'
import type { ScheduledFault } from './round-plan.ts'

/** Requests may stop because of another fault; the next fault begins after this time at the latest. */
const longestWaitMs = 3_000

export interface InjectedFault {
  kind: string
  description: string
  /** Number of affected requests, connections, processes and indices; 0: it had no effect. */
  effects: number
}

/**
 * Injects the faults of a round, each at its time and for its duration.
 *
 * @param over aborts when the tasks have ended: faults that have not begun are left out
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
