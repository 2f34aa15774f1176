import { writeSync } from 'node:fs'
import process from 'node:process'
import { createLineWriter, type LineWriter } from './line-writer.ts'

const standardError = 2

/**
 * Standard error for the log's lines. After this call no failed write to it or to standard output ends the process:
 * neither of the log nor of other writers (warnings of Node and of libraries).
 */
export function openLog(now: () => Date): LineWriter {
  // Without a listener Node turns an error of a stream into an uncaught exception. A pipe that is opened as a stream
  // also stops blocking: a reader that does not read can't block the process.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const writer = createLineWriter({
    // Not through the stream, which is unusable after its first error.
    write: (bytes) => writeSync(standardError, bytes),
    describeLoss: (lines, code) =>
      JSON.stringify({
        time: now().toISOString(),
        level: 'warn',
        message: 'log lines were dropped; they could not be written',
        dropped: lines,
        code,
      }),
    schedule: (callback, ms) => void setTimeout(callback, ms).unref(),
  })
  process.on('exit', () => writer.flush())
  return writer
}
