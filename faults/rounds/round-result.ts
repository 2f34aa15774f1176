import type { InjectedFault } from './run-faults.ts'
import type { Scenario } from './round-plan.ts'

/** The result of a task of a round, each time that it ended. */
export interface TaskEnd {
  action: string
  status: string
  code: string | null
  /** From the end of the faults, or from its begin if that was later, to its end. */
  msToEnd: number
}

export interface RoundResult {
  round: number
  seed: number
  scenario: Scenario
  faults: readonly InjectedFault[]
  ends: readonly TaskEnd[]
  /** Position in `ends` of the task that the faults disturbed; earlier ones were not disturbed. */
  disturbedEnd: number
  /** Number of compared documents. */
  documents: number
  differences: readonly string[]
  leftovers: readonly string[]
  /** Other failures. */
  problems: string[]
  ms: number
}

export function hasPassed({ differences, leftovers, problems }: RoundResult): boolean {
  return differences.length + leftovers.length + problems.length === 0
}
