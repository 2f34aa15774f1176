import { CommanderError } from '@commander-js/extra-typings'
import { IngestionApiError, IngestionError } from '@ingestion-server/sdk'
import { Interruption, type CliIo } from './cli-io.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts'
import { printable } from './output.ts'
import { createProgram, type OtherCommand } from './program.ts'

/**
 * Runs a command line.
 *
 * @param args without program and script
 * @param moreCommands listed in the help
 */
export async function runCli(
  args: readonly string[],
  io: CliIo,
  moreCommands: readonly OtherCommand[] = [],
): Promise<ExitCode> {
  try {
    await createProgram(io, moreCommands).parseAsync(args, { from: 'user' })
    return exitCodes.done
  } catch (error) {
    const message = describeError(error)
    if (message !== null) io.stderr.write(`ingestion-server: ${printable(message)}\n`)
    return exitCodeOf(error)
  }
}

/** Null for errors that were already printed. */
function describeError(error: unknown): string | null {
  if (error instanceof CommanderError || error instanceof Interruption) return null
  if (error instanceof IngestionApiError) {
    const request = error.requestId === undefined ? '' : `, request ${error.requestId}`
    return `${error.message} (${error.code}${request})`
  }
  if (error instanceof IngestionError) return `${error.message} (${error.code})`
  if (exitCodeOf(error) !== exitCodes.defect) return error instanceof Error ? error.message : String(error)
  // An unexpected error: the stack helps to fix it.
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
