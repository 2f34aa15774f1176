import { join } from 'node:path'
import { startProcess, type StartedProcess } from '@ingestion-server/core/testing/run-process.ts'
import type {} from '@ingestion-server/server/testing/provided-context.ts'
import { inject, onTestFinished } from 'vitest'

/** The command line in a separate process, until the test ends. */
export function startCliProcess(args: readonly string[], env: Record<string, string>): StartedProcess {
  const started = startProcess({
    program: process.execPath,
    args: [join(inject('builtServer'), 'cli.mjs'), ...args],
    env: { ...process.env, ...env },
  })
  onTestFinished(() => started.kill())
  return started
}
