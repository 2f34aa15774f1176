import type { InjectedFault } from './run-faults.ts'
import type { Scenario } from './round-plan.ts'

/** How a task of a round ended, each time that it did. */
export interface TaskEnd {
  action: string
  status: string
  code: string | null
  /** From the end of the faults, or from its begin where that was later, to its end. */
  msToEnd: number
}

export interface RoundResult {
  round: number
  seed: number
  scenario: Scenario
  faults: readonly InjectedFault[]
  ends: readonly TaskEnd[]
  /** Position in `ends` of the end of the task that the faults disturbed; those before had none. */
  disturbedEnd: number
  /** Documents that were compared. */
  documents: number
  differences: readonly string[]
  leftovers: readonly string[]
  /** Anything else that must not happen. */
  problems: string[]
  ms: number
}

export function hasPassed({ differences, leftovers, problems }: RoundResult): boolean {
  return differences.length + leftovers.length + problems.length === 0
}
