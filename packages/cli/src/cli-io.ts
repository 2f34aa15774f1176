import type { Readable, Writable } from 'node:stream'

/** What the command line has of the world around it. */
export interface CliIo {
  /** How the user calls this program, for commands in its output. */
  program: string
  env: Readonly<Record<string, string | undefined>>
  stdin: Readable & { isTTY?: boolean }
  /** Results. */
  stdout: Writable & { isTTY?: boolean }
  /** What is said to a person: progress, questions, errors. */
  stderr: Writable & { isTTY?: boolean }
  /** Aborts, with an Interruption as its reason, when the user has had enough. */
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

/** The command line can't be followed as it stands. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A dry run found what stands in the way. It was printed with the plan. */
export class PlanRefusedError extends Error {
  override readonly name = 'PlanRefusedError'
  constructor() {
    super('it would be refused now')
  }
}
