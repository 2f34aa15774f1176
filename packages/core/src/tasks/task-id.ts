import { v7 } from 'uuid'

/**
 * A UUID of version 7 (RFC 9562, 5.7). New ids are adjacent in an index. Their order only distinguishes tasks created
 * at the same time.
 */
export function createTaskId(unixMs: number): string {
  return v7({ msecs: unixMs })
}

/** Whether a text is a valid id; Postgres returns an error for anything else. */
export function isTaskId(text: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(text)
}
