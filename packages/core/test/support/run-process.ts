import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { guardProcess } from '@ingestion-server/local-services'

export interface Command {
  program: string
  args: readonly string[]
  /** All of its variables. */
  env: NodeJS.ProcessEnv
  cwd?: string
  /** Signals reach its children too, as in a terminal. */
  isGroup?: boolean
  /** File descriptor of both outputs. By default they are collected. */
  outputTo?: number
}

/** A module on this Node, without the variables of this process. */
export const nodeCommand = (main: string, env: Record<string, string>): Command => ({
  program: process.execPath,
  args: [main],
  env: { PATH: process.env['PATH'], ...env },
})

export interface StartedProcess {
  child: ChildProcess
  pid: number
  /** Its standard output so far. */
  output(): string
  /** Its standard error so far. */
  log(): string
  /** Settles when it has ended for any reason: the exit code, or the signal. */
  exited: Promise<number | NodeJS.Signals>
  /** SIGKILL, at once. */
  kill(): Promise<void>
  /** @returns the exit code, or the signal that ended it */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | NodeJS.Signals>
  /** Suspends the process until `resume`, like a frozen machine. */
  freeze(): void
  resume(): void
}

/** A process that has printed its URL. */
export interface RunningProcess extends StartedProcess {
  /** That of a worker serves only health and metrics. */
  baseUrl: string
}

/** Starts a process that is killed when this one ends, for any reason. */
export function startProcess(command: Command): StartedProcess {
  const { program, args, env, cwd, isGroup = false, outputTo = 'pipe' } = command
  const stdio: StdioOptions = ['ignore', outputTo, outputTo]
  const child: ChildProcess = spawn(program, args, { env, cwd, stdio, detached: isGroup })
  const [output, log] = [child.stdout, child.stderr].map((stream) => {
    let text = ''
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part))
    return () => text
  }) as [() => string, () => string]
  // `close` follows the last output; its arguments are exit code and signal, one of them null.
  const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  const pid = child.pid as number // undefined if the program is missing, and then `exited` is rejected
  const target = isGroup ? -pid : pid
  if (child.pid !== undefined) child.once('exit', guardProcess(target, 'SIGKILL'))
  const send = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) process.kill(target, signal)
  }
  return {
    child,
    pid,
    output,
    log,
    exited,
    async kill() {
      send('SIGKILL')
      await exited
    },
    stop(signal = 'SIGTERM') {
      send(signal)
      return exited
    },
    freeze: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
  }
}

/** As servers, workers, the dashboard and wrangler print it. */
const announcement = /(?:Listening|health|Ready) on (http\S+)\n/

/** Starts a process and waits until it prints its URL. @throws Error with its output if it ends before that */
export async function runProcess(command: Command): Promise<RunningProcess> {
  const started = startProcess(command)
  const { child, output, log, exited } = started
  const baseUrl = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', () => {
        const [, url] = announcement.exec(output()) ?? announcement.exec(log()) ?? []
        if (url !== undefined) resolve(url)
      })
    exited.then((how) => {
      const name = [command.program, ...command.args].join(' ')
      reject(new Error(`${name} ended with ${how} before it listened:\n${output()}${log()}`))
    }, reject)
  })
  return { ...started, baseUrl }
}
