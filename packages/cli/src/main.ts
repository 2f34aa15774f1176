#!/usr/bin/env node
import process from 'node:process'
import { Interruption } from './cli-io.ts'
import { exitCodes } from './exit-code.ts'
import { programName } from './program-name.ts'
import { runCli } from './run-cli.ts'

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

process.exitCode = await runCli(process.argv.slice(2), {
  program: programName({
    env: process.env,
    execPath: process.execPath,
    script: process.argv[1],
    cwd: process.cwd(),
  }),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
})
