import { hasPassed, type RoundResult } from '../rounds/round-result.ts'

/** Lines about a round: one if it passed, otherwise all of its failures. */
export function describeRound(result: RoundResult, runSeed: number): string {
  const { round, scenario, faults, ends, documents, ms } = result
  const injected = faults.map(({ kind, description, effects }) => `${kind} (${description}) ×${effects}`)
  const ended = ends.map(({ status, code, msToEnd }) => `${status}${code ? ` ${code}` : ''} ${msToEnd} ms`)
  const isPassed = hasPassed(result)
  const head = `${isPassed ? 'ok  ' : 'FAIL'} round ${round}, ${scenario}: ${injected.join('; ')} → ${ended.join(', ')}; ${documents} documents, ${(ms / 1_000).toFixed(1)} s`
  if (isPassed) return head
  const found = [
    ...result.differences.map((text) => `difference: ${text}`),
    ...result.leftovers.map((text) => `left behind: ${text}`),
    ...result.problems.map((text) => `problem: ${text}`),
  ]
  return [head, `  seed ${runSeed}, of the round ${result.seed}`, ...found.map((line) => `  ${line}`)].join(
    '\n',
  )
}
