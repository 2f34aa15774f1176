import type { Random } from '@ingestion-server/local-services'
import type { Feature } from '../testbed/list-features.ts'
import type { Testbed } from '../testbed/testbed.ts'

/** Data of a round that are known when a fault begins. */
export interface FaultTarget {
  /** Names of the indices that the round's tasks work on. */
  indices: readonly string[]
}

/** A fault in progress. */
export interface OngoingFault {
  /** How often it took effect so far; 0: it changed nothing. */
  effects(): number
  /** Resolves when it has no further effect; absent: it lasts until it is ended. */
  usedUp?: Promise<void>
  /** Ends it. Afterwards everything is reachable as before, and everything runs. */
  end(): Promise<void>
}

/** A fault with its parameters. */
export interface PlannedFault {
  kind: string
  /** With all parameters, for logs. */
  description: string
  begin(testbed: Testbed, target: FaultTarget): Promise<OngoingFault>
}

export interface FaultKind {
  name: string
  needs: readonly Feature[]
  /** Begins with the task, and chooses its time by the requests that it affects. */
  isPatient?: boolean
  /** Takes so long, or so many resources, that the short form leaves it out. */
  isSlow?: boolean
  /** Codes of errors with which a task may fail while it lasts, in addition to those of unavailable services. */
  codes?: readonly string[]
  /** Draws the parameters. */
  draw(random: Random): Omit<PlannedFault, 'kind'>
}
