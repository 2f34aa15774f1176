import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { startProcess } from '@ingestion-server/core/testing/run-process.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'
import { findFreePort } from '@ingestion-server/local-services'
import { onTestFinished } from 'vitest'
import { builtServer } from './server-process.ts'

/**
 * The built server with its output redirected by the test, until the test ends. It can't report its port, so that is
 * chosen.
 */
export async function startWithOutput(env: Record<string, string>, outputTo: number) {
  const port = await findFreePort()
  const { program, main } = builtServer()
  const started = startProcess({
    program,
    args: [main],
    env: { ...process.env, PORT: String(port), ...env },
    outputTo,
  })
  onTestFinished(() => started.kill())
  const baseUrl = `http://127.0.0.1:${port}`
  await waitUntilReady(baseUrl, started)
  return { ...started, baseUrl }
}

/** A named pipe that a test can open and close for reading. */
export function createFifo(path: string) {
  execFileSync('mkfifo', [path])
  const openReader = () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  let reader: number | null = openReader() // otherwise opening the other end would block
  const writer = openSync(path, constants.O_WRONLY)
  return {
    writer,
    /** For the process that inherits it: only that one writes from now on. */
    closeWriter: () => closeSync(writer),
    closeReader() {
      if (reader !== null) closeSync(reader)
      reader = null
    },
    openReader() {
      reader = openReader()
    },
    /** The unread contents of the pipe. */
    read(): string {
      const buffer = Buffer.alloc(256 * 1024)
      try {
        return buffer.toString('utf8', 0, readSync(reader ?? openReader(), buffer))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '' // of read(2): nothing to read
        throw error
      }
    },
  }
}
