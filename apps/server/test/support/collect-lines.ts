import { createJsonLogger, type LogLevel } from '../../src/observability/log.ts'

/** A logger whose lines a test can read, parsed. */
export function collectLines(level: LogLevel = 'debug', now = () => new Date()) {
  const lines: Record<string, unknown>[] = []
  const log = createJsonLogger({
    level,
    // The logger writes JSON objects only.
    write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    now,
  })
  return { log, lines }
}
