import process from 'node:process'
import { Interruption } from './cli-io.ts'
import { exitCodes } from './exit-code.ts'
import { programName } from './program-name.ts'
import type { OtherCommand } from './program.ts'
import { runCli } from './run-cli.ts'

/** Runs the command line of this process to its end, and sets the exit code. @param moreCommands listed in the help */
export async function runProcess(moreCommands: readonly OtherCommand[] = []): Promise<void> {
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Once: a second one ends the process at once.
    process.once(signal, () => interruption.abort(new Interruption(signal)))
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader may stop early, as in `… | head -1`.
    if (error.code === 'EPIPE') process.exit()
    process.stderr.write(`ingestion-server: the result can't be written: ${error.message}\n`)
    process.exit(exitCodes.outputFailed)
  })
  // A failed write of progress does not end the program.
  process.stderr.on('error', () => undefined)

  const { env, execPath, argv, stdin, stdout, stderr } = process
  const program = programName({ env, execPath, script: argv[1], cwd: process.cwd() })
  const io = { program, env, stdin, stdout, stderr, signal: interruption.signal }
  process.exitCode = await runCli(argv.slice(2), io, moreCommands)
}
