import { writeSync } from 'node:fs'
import process from 'node:process'

/** Repeated warnings within this time are omitted, milliseconds. */
const quietMs = 60_000

const standardError = 2
const lastWritten = new Map()
let dropped = 0

/** Prevents failed writes to standard output or standard error (a full disk, a closed pipe) from ending the process. */
export function openOutput() {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}

/**
 * Writes a line to standard error. A failed line is counted, and the next successful write reports the count.
 *
 * @param {string} line without its line break
 */
export function writeLogLine(line) {
  const loss =
    dropped === 0
      ? ''
      : `${JSON.stringify({ level: 'warn', message: 'log lines were dropped; they could not be written', dropped })}\n`
  try {
    writeSync(standardError, `${loss}${line}\n`)
    dropped = 0
  } catch {
    dropped++
  }
}

/**
 * @param {string} message constant, so that it can be searched for
 * @param {Record<string, string>} fields
 */
export function logWarning(message, fields) {
  const text = JSON.stringify({ level: 'warn', message, ...fields })
  const now = Date.now()
  if (now - (lastWritten.get(text) ?? -quietMs) < quietMs) return
  // Visitors control some of the fields, so the memory is bounded.
  if (lastWritten.size >= 100) lastWritten.clear()
  lastWritten.set(text, now)
  writeLogLine(text)
}
