import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { guardProcess } from './guard-process.ts'

const pollIntervalMs = 100
const readyTimeoutMs = 60_000
const stopTimeoutMs = 30_000

/**
 * A load creates much garbage that lives for milliseconds. By default V8 lets the young generation grow to 134 MB; with
 * semi-spaces of 4 MB loads are as fast. How far V8 lets the old generation grow before it collects depends on its
 * limit: 1 GB, far more than is ever in use, instead of a share of the machine's memory halves the size of the process
 * for any table.
 */
export const nodeOptions = ['--max-semi-space-size=4', '--max-old-space-size=1024']

export interface Server {
  /** Settles with the exit code of the process. */
  exited: Promise<number>
  /** Waits until it is ready, and returns its URL: http://127.0.0.1:8001 */
  waitUntilReady: (signal: AbortSignal) => Promise<string>
  /** What it has written to standard output so far. */
  output: () => string
  stop: () => Promise<void>
}

/**
 * Runs the server, or the dashboard, as a separate process, which ends with this one. Its log goes to standard error.
 * @param name for messages, such as `the server`
 */
export function startServer(
  name: string,
  main: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): Server {
  // In a process group of its own, so that Ctrl-C reaches it only through this process, and only once.
  const child = spawn(process.execPath, [...nodeOptions, main, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stopGuard = child.pid === undefined ? () => undefined : guardProcess(child.pid, 'SIGTERM')
  let hasExited = false
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      hasExited = true
      stopGuard()
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
  let output = ''
  const address = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const found = /^Listening on (\S+)$/m.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
  })

  const waitUntilReady = async (signal: AbortSignal) => {
    const failStart = (exitCode: number): never => {
      throw new Error(`${name} ended while starting, with exit code ${exitCode}`)
    }
    const url = await Promise.race([address, exited.then(failStart)])
    const giveUpAt = Date.now() + readyTimeoutMs
    for (;;) {
      const answer = await fetchReadiness(url, signal)
      if (answer === undefined) return url
      if (hasExited) failStart(await exited)
      if (Date.now() > giveUpAt)
        throw new Error(`${name} is not ready after ${readyTimeoutMs / 1000} s: ${answer}`)
      await delay(pollIntervalMs, undefined, { signal })
    }
  }
  const stop = async () => {
    if (hasExited) return
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
    await exited
    clearTimeout(timer)
  }
  return { exited, waitUntilReady, output: () => output, stop }
}

/** Undefined when it is ready, otherwise its response. */
async function fetchReadiness(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/readyz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    })
    return response.ok ? undefined : `${response.status} ${await response.text()}`
  } catch (error) {
    signal.throwIfAborted()
    return String(error)
  }
}
