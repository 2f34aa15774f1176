import { v7 } from 'uuid'

/**
 * A UUID of version 7 (RFC 9562, 5.7). New ids lie next to each other in an index. Their order is not relied on beyond
 * telling apart tasks of one moment.
 */
export function createTaskId(unixMs: number): string {
  return v7({ msecs: unixMs })
}

/** Whether a text can be an id at all; Postgres answers anything else with an error. */
export function isTaskId(text: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(text)
}
