import type { Results } from './results.ts'

/** Totals of the rounds of one kind of fault; a round with several kinds counts in each. */
export interface KindSummary {
  kind: string
  rounds: number
  /** Rounds in which the fault took effect. */
  hitRounds: number
  /** Number of affected requests, connections, processes and indices. */
  effects: number
  succeeded: number
  failed: number
  cancelled: number
  differences: number
  leftovers: number
  problems: number
  longestMs: number
}

export function summarizeKinds(rounds: Results['rounds'], kinds: readonly string[]): KindSummary[] {
  return kinds.map((kind) => {
    const own = rounds.filter(({ faults }) => faults.some((fault) => fault.kind === kind))
    const injected = own.flatMap(({ faults }) => faults.filter((fault) => fault.kind === kind))
    // The first end during the faults; tasks before and after them are not disturbed.
    const disturbed = own.flatMap(({ ends, disturbedEnd }) => ends.slice(disturbedEnd, disturbedEnd + 1))
    const count = (status: string) => disturbed.filter((end) => end.status === status).length
    const sum = (of: (round: Results['rounds'][number]) => number) =>
      own.reduce((total, round) => total + of(round), 0)
    return {
      kind,
      rounds: own.length,
      hitRounds: injected.filter(({ effects }) => effects > 0).length,
      effects: injected.reduce((total, { effects }) => total + effects, 0),
      succeeded: count('succeeded'),
      failed: count('failed'),
      cancelled: count('cancelled'),
      differences: sum(({ differences }) => differences.length),
      leftovers: sum(({ leftovers }) => leftovers.length),
      problems: sum(({ problems }) => problems.length),
      longestMs: Math.max(0, ...disturbed.map(({ msToEnd }) => msToEnd)),
    }
  })
}

/** Codes with which disturbed tasks failed before they were run again, and how often each. */
export function countCodes(rounds: Results['rounds']): [code: string, count: number][] {
  const counts = new Map<string, number>()
  for (const { ends } of rounds)
    for (const { code } of ends) if (code !== null) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)
}
