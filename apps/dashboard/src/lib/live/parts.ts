/**
 * Polled data change little from one response to the next. Each object in a list is a part with a hash, and parts that
 * the browser has already are sent by their hash alone (src/lib/server/live-json.ts makes them).
 */
export interface Part {
  /** Hash of the part. */
  '#': string
  /** The part, which contains further parts; absent: the browser has it. */
  v?: unknown
  /** Instead of the two: a value to be taken as it is. */
  raw?: unknown
}

/** Request header with the hashes that the browser has, separated by spaces. */
export const knownPartsHeader = 'known-parts'
/** Maximum number of hashes in a request: less than 3 kB. */
export const maxKnownParts = 200
/** Parts that are remembered; those that were not in use for longest are forgotten first. */
const maxRemembered = 400

/** Puts responses together from new and remembered parts. */
export function createPartsMemory() {
  const parts = new Map<string, unknown>()

  const restore = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(restore)
    if (typeof value !== 'object' || value === null) return value
    if (!isPart(value))
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, restore(each)]))
    if ('raw' in value) return value.raw
    const { '#': hash } = value
    const part = 'v' in value ? restore(value.v) : parts.get(hash)
    if (part === undefined) throw new UnknownPartError(hash)
    // Last in the order of the map: forgotten last.
    parts.delete(hash)
    parts.set(hash, part)
    return part
  }

  return {
    /** The most recently used hashes. */
    known: (): string[] => [...parts.keys()].slice(-maxKnownParts),
    /** @throws UnknownPartError if the response refers to a part that was forgotten */
    restore(value: unknown): unknown {
      const restored = restore(value)
      for (const hash of [...parts.keys()].slice(0, -maxRemembered)) parts.delete(hash)
      return restored
    },
  }
}

export type PartsMemory = ReturnType<typeof createPartsMemory>

/** The request named only parts that were remembered, so this is an error of the dashboard. */
class UnknownPartError extends Error {
  override name = 'UnknownPartError' as const
  constructor(hash: string) {
    super(`a response refers to the part ${hash}, which the page does not have`)
  }
}

function isPart(value: object): value is Part {
  return '#' in value && typeof value['#'] === 'string'
}
