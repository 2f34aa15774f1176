const maxNames = 5

/**
 * The names that a mistyped name may stand for: those with the longest common start, of at least three characters; of
 * equal ones the first.
 */
export function nearestNames(name: string, names: readonly string[]): string[] {
  const typed = name.toLowerCase()
  return names
    .map((candidate) => ({ candidate, shared: sharedStart(typed, candidate.toLowerCase()) }))
    .filter(({ shared }) => shared >= Math.min(3, typed.length))
    .sort((left, right) => right.shared - left.shared)
    .slice(0, maxNames)
    .map(({ candidate }) => candidate)
}

function sharedStart(left: string, right: string): number {
  let length = 0
  while (length < left.length && left[length] === right[length]) length++
  return length
}
