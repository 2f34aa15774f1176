import type { Readable, Writable } from 'node:stream'

/** The environment of the command line. */
export interface CliIo {
  /** How the user calls this program, for commands in its output. */
  program: string
  env: Readonly<Record<string, string | undefined>>
  stdin: Readable & { isTTY?: boolean }
  /** Results. */
  stdout: Writable & { isTTY?: boolean }
  /** Output for people: progress, questions, errors. */
  stderr: Writable & { isTTY?: boolean }
  /** Aborts, with an Interruption as its reason, when the user interrupts. */
  signal: AbortSignal
}

export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly signal: 'SIGINT' | 'SIGTERM'
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`)
    this.signal = signal
  }
}

/** The command line is invalid. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A dry run found precondition failures. They were printed with the plan. */
export class PlanRefusedError extends Error {
  override readonly name = 'PlanRefusedError'
  constructor() {
    super('the server would reject the request')
  }
}
