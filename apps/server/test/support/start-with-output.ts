import { execFileSync, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePort } from '@ingestion-server/local-services'
import { inject } from 'vitest'

/** The built server with its output redirected by the test; it can't report its port, so that is chosen. */
export async function startWithOutput(env: Record<string, string>, output: number) {
  const port = await findFreePort()
  const stdio: StdioOptions = ['ignore', output, output]
  const child = spawn(process.execPath, [join(inject('builtServer'), 'main.mjs')], {
    env: { ...process.env, PORT: String(port), ...env },
    stdio,
  })
  // Its arguments are exit code and signal, one of them null.
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const baseUrl = `http://127.0.0.1:${port}`
  const isReady = async () => {
    const { exitCode, signalCode } = child
    if (exitCode !== null || signalCode !== null)
      throw new Error(`the server ended: ${exitCode ?? signalCode}`)
    return await fetch(`${baseUrl}/readyz`).then(
      ({ ok }) => ok,
      () => false, // it does not listen yet
    )
  }
  const giveUpAt = performance.now() + 120_000
  while (!(await isReady())) {
    if (performance.now() > giveUpAt) throw new Error('the server is not ready after 120 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    baseUrl,
    /** @returns the exit code */
    async stop() {
      child.kill('SIGTERM')
      return (await exited)[0]
    },
  }
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
