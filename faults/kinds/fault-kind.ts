import type { Random } from '@ingestion-server/local-services'
import type { Testbed } from '../testbed/testbed.ts'

/** What a kind of fault can't do without; where it is missing, the kind is left out of the run, which says so. */
export type Need = 'own OpenSearch' | 'tmpfs' | 'libfaketime'

/** What is known of a round when a fault begins. */
export interface FaultTarget {
  /** Names of the indices that the round's tasks work on. */
  indices: readonly string[]
}

/** A fault that has begun. */
export interface OngoingFault {
  /** How often something met it so far; 0: it changed nothing. */
  effects(): number
  /** Resolves when it will change nothing any more; absent: it lasts for as long as it is left. */
  usedUp?: Promise<void>
  /** Ends it. Afterwards everything can be reached as before, and everything runs. */
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
  needs: readonly Need[]
  /** Begins with the task, and picks its moment among the requests that it is about. */
  isPatient?: boolean
  /** Takes so long, or so much of the machine, that the short form leaves it out. */
  isSlow?: boolean
  /** Codes of errors with which a task may fail while it lasts, beside those of services that are away. */
  codes?: readonly string[]
  /** Draws the parameters. */
  draw(random: Random): Omit<PlannedFault, 'kind'>
}
