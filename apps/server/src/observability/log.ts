import { errorMessage, errorTrace } from '@ingestion-server/core'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** Fields of a line beside its message; names are snake_case. `error` may be an Error. */
type LogFields = Record<string, unknown>

export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields): Logger
}

export interface JsonLoggerOptions {
  /** Lines below this level are left out. */
  level: LogLevel
  /** Receives one line without its line break. */
  write(line: string): void
  now(): Date
}

/** One JSON object per line: time, level, message, then the fields. */
export function createJsonLogger({ level, write, now }: JsonLoggerOptions): Logger {
  const lowest = logLevels.indexOf(level)

  const withFields = (bound: LogFields): Logger => {
    const writeAt = (lineLevel: LogLevel) => {
      const silent = logLevels.indexOf(lineLevel) < lowest
      return (message: string, fields: LogFields = {}) => {
        if (silent) return
        write(toLine({ time: now().toISOString(), level: lineLevel, message, ...bound, ...fields }))
      }
    }
    return {
      debug: writeAt('debug'),
      info: writeAt('info'),
      warn: writeAt('warn'),
      error: writeAt('error'),
      child: (fields) => withFields({ ...bound, ...fields }),
    }
  }
  return withFields({})
}

function toLine(entry: LogFields): string {
  try {
    return JSON.stringify(entry, (_key, value: unknown) => (value instanceof Error ? toPlain(value) : value))
  } catch (error) {
    // A field that JSON can't hold (a cycle, a bigint) must not lose the message.
    return JSON.stringify({
      time: entry['time'],
      level: entry['level'],
      message: entry['message'],
      log_error: String(error),
    })
  }
}

/**
 * Only these members: client errors carry the connection with its password, or a statement's parameters.
 * Node throws `AggregateError` when no address of a host responds.
 */
function toPlain(error: Error): LogFields {
  return {
    name: error.name,
    message: errorMessage(error),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    stack: errorTrace(error),
    ...(error.cause instanceof Error ? { cause: error.cause } : {}),
    ...(error instanceof AggregateError ? { errors: error.errors.map(errorMessage) } : {}),
  }
}
