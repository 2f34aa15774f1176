import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type {} from '@ingestion-server/server/testing/provided-context.ts'
import { inject } from 'vitest'

/** The command line in a separate process. */
export function startCliProcess(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [join(inject('builtServer'), 'cli.mjs'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  // `close` follows the last output; its arguments are exit code and signal, one of them null.
  const closed = once(child, 'close') as Promise<[number | null]>
  return {
    child,
    out: () => out,
    err: () => err,
    /** @returns the exit code */
    exited: closed.then(([code]) => code),
  }
}
