import { createHash } from 'node:crypto'

/**
 * Id of the job that sends the message of a task's attempt: a second job with the same id is not created.
 * A UUID of version 8 (RFC 9562, 5.8), from a hash. Releases that run side by side must get the same id, so version 5 of
 * the package `uuid` can't replace it. Core's `sha256` is asynchronous and returns text.
 */
export function webhookJobId(taskId: string, attempt: number): string {
  const bytes = createHash('sha256').update(`${taskId}/${attempt}`).digest().subarray(0, 16)
  bytes[6] = 0x80 | (bytes.readUInt8(6) & 0x0f)
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
