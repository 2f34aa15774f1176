import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { ServiceFailedError } from '../errors.ts'
import { guardProcess } from './guard-process.ts'

const logTailLines = 15
const graceMs = 30_000

export interface ServiceCommand {
  /** Name for messages: "Postgres". */
  service: string
  file: string
  args: string[]
  cwd: string
  env: NodeJS.ProcessEnv
  /** File for its output. The previous run's log is kept as `<logFile>.1`. */
  logFile: string
  /** Signal for an orderly shutdown. */
  stopSignal: NodeJS.Signals
  /** Run as this user (only root may). */
  account?: { uid: number; gid: number } | undefined
}

export interface ServiceProcess {
  pid: number
  /** Settles when it has ended for any reason: how it ended, as text. */
  exited: Promise<string>
  hasExited: () => boolean
  /** Sends the stop signal, and kills the process after half a minute. */
  stop: () => Promise<void>
  /** SIGKILL. */
  kill: () => Promise<void>
  readLog: () => Promise<string>
}

/**
 * Runs a service as a child process in its own process group, so that Ctrl-C in the terminal reaches only this process,
 * which stops services in order. The service also ends when this process is killed, see {@link guardProcess}.
 */
export async function runService(command: ServiceCommand): Promise<ServiceProcess> {
  await rename(command.logFile, `${command.logFile}.1`).catch(() => rm(command.logFile, { force: true }))
  const log = openSync(command.logFile, 'a')
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...command.account,
  })
  closeSync(log)
  const pid = await waitForSpawn(child, command)
  const stopGuard = guardProcess(pid, command.stopSignal)

  let ended: string | undefined
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = signal === null ? `exit code ${code}` : `signal ${signal}`
      stopGuard()
      resolve(ended)
    })
  })
  const stop = async () => {
    if (ended !== undefined) return
    child.kill(command.stopSignal)
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await exited
    clearTimeout(timer)
  }
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  const readLog = () => readFile(command.logFile, 'utf8')
  return { pid, exited, hasExited: () => ended !== undefined, stop, kill, readLog }
}

/**
 * Calls `check` repeatedly until it returns a value, for at most `timeoutMs`. Errors of `check` mean "not yet".
 *
 * @throws ServiceFailedError with the end of the log when the process ends or the time is over
 */
export async function waitUntilReady<Result>(
  service: string,
  running: ServiceProcess,
  check: () => Promise<Result | undefined>,
  {
    timeoutMs,
    pollIntervalMs,
    signal,
  }: { timeoutMs: number; pollIntervalMs: number; signal?: AbortSignal | undefined },
): Promise<Result> {
  const giveUpAt = Date.now() + timeoutMs
  let lastError: unknown
  while (Date.now() < giveUpAt) {
    signal?.throwIfAborted()
    if (running.hasExited()) {
      const message = `ended while starting (${await running.exited}). The end of its log:\n${await readLogTail(running)}`
      throw new ServiceFailedError(service, message)
    }
    try {
      const result = await check()
      if (result !== undefined) return result
    } catch (error) {
      lastError = error
    }
    await delay(pollIntervalMs, undefined, { signal })
  }
  const message = `was not ready after ${timeoutMs / 1000} s. The end of its log:\n${await readLogTail(running)}`
  throw new ServiceFailedError(service, message, { cause: lastError })
}

async function readLogTail(running: ServiceProcess): Promise<string> {
  const lines = (await running.readLog()).trimEnd().split('\n')
  return lines.slice(-logTailLines).join('\n')
}

function waitForSpawn(child: ChildProcess, { service, file }: ServiceCommand): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new ServiceFailedError(service, `could not be started: ${file}: ${cause.message}`, { cause }))
    })
    child.once('spawn', () => {
      if (child.pid !== undefined) resolve(child.pid)
    })
  })
}
