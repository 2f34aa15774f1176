import { writeSync } from 'node:fs'
import process from 'node:process'
import { createLineWriter, type LineWriter } from './line-writer.ts'

const standardError = 2

/**
 * Standard error for the log's lines. From now on no failure to write to it or to standard output ends the process: not
 * of the log, and not of anything else that writes there (warnings of Node and of libraries).
 */
export function openLog(now: () => Date): LineWriter {
  // Without a listener Node turns an error of a stream into an uncaught exception. A pipe that is opened as a stream
  // also stops blocking: a reader that stands still can't stop the process.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const writer = createLineWriter({
    // Not through the stream, which is of no use any more after its first error.
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
