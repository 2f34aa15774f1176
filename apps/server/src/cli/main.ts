#!/usr/bin/env node
import process from 'node:process'
import { Interruption } from './cli-io.ts'
import { runCli } from './run-cli.ts'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: a second one ends the process at once.
  process.once(signal, () => interruption.abort(new Interruption(signal)))
}
// Whoever reads along may have seen enough, as in `… | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
})
