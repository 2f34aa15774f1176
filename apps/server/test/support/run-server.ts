import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { ScheduledTask, Task } from '@ingestion-server/core/contract'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'

/** A program, the arguments before the path of the file that it runs, and that file. */
export interface Runtime {
  program: string
  args: readonly string[]
  main: string
}

/** A process of the server that is ready. */
export interface RunningProcess {
  /** Its URL; that of a worker serves only health and metrics. */
  baseUrl: string
  pid: number
  /** SIGKILL, at once. */
  kill(): Promise<void>
  /** @returns the exit code */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>
  /** Suspends the process until `resume`, like a frozen machine. */
  freeze(): void
  resume(): void
  /** Its log so far. */
  log(): string
  /** Settles when it has ended for any reason: the exit code, or the signal. */
  exited: Promise<number | NodeJS.Signals>
}

export interface ServerProcess extends RunningProcess {
  submit(body: Record<string, unknown>): Promise<Task>
  getTask(taskId: string): Promise<Task>
  /** Polls until the task meets a condition. @throws Error with the task after `timeoutMs`, by default 280 s */
  waitFor(taskId: string, wanted: (task: Task) => boolean, timeoutMs?: number): Promise<Task>
  waitForEnd(taskId: string, timeoutMs?: number): Promise<Task>
}

/** The real server in a separate process, on a free port, once it listens. */
export async function startServer(runtime: Runtime, env: Record<string, string>): Promise<ServerProcess> {
  const running = await start(runtime, env)
  const { baseUrl } = running

  async function call<Body>(path: string, init?: RequestInit): Promise<Body> {
    const response = await fetch(`${baseUrl}${path}`, init)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Body
  }

  async function poll(
    taskId: string,
    wanted: (task: Task) => boolean,
    headers: Record<string, string>,
    timeoutMs = 280_000,
  ): Promise<Task> {
    await waitUntilReady(baseUrl)
    const giveUpAt = performance.now() + timeoutMs
    for (;;) {
      const task = await call<Task>(`/task/${taskId}`, { headers })
      if (wanted(task)) return task
      if (performance.now() > giveUpAt)
        throw new Error(`task does not meet ${String(wanted)} after ${timeoutMs} ms: ${JSON.stringify(task)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  return {
    ...running,
    async submit(body) {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }
      // The server listens before the tables of its tasks exist.
      await waitUntilReady(baseUrl)
      return (await call<ScheduledTask>('/task', init)).task
    },
    getTask: (taskId) => call<Task>(`/task/${taskId}`),
    waitFor: (taskId, wanted, timeoutMs) => poll(taskId, wanted, {}, timeoutMs),
    // The server answers when the task has changed: that costs a fraction of asking it fifty times a second.
    waitForEnd: (taskId, timeoutMs) => poll(taskId, ({ active }) => !active, { Prefer: 'wait=5' }, timeoutMs),
  }
}

/** A process that only runs tasks. */
export function startWorker(runtime: Runtime, env: Record<string, string>): Promise<RunningProcess> {
  return start(runtime, { HEALTH_PORT: '0', ...env }, ['--role', 'worker'])
}

async function start(
  runtime: Runtime,
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<RunningProcess> {
  const defaults = { PORT: '0', LOG_LEVEL: 'error' }
  const { child, exited, log } = spawnServer(runtime, { ...process.env, ...defaults, ...env }, args)
  const lines = createInterface(child.stdout)
  const [line] = (await Promise.race([
    once(lines, 'line'),
    exited.then(([code]) =>
      Promise.reject(new Error(`the server ended with code ${code} before it listened:\n${log()}`)),
    ),
  ])) as [string]

  return {
    baseUrl: /http:\/\/\S+/.exec(line)?.[0] ?? '',
    pid: child.pid as number, // it is running
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      return (await exited)[0]
    },
    freeze: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    log,
    exited: exited.then(([code, signal]) => code ?? signal),
  }
}

/** Runs the server with an environment in which it can't start, and no other variables. */
export async function runToEnd(
  runtime: Runtime,
  env: Record<string, string>,
): Promise<{ code: number | null; log: string }> {
  const { exited, log } = spawnServer(runtime, env)
  const [code] = await exited
  return { code, log: log() }
}

function spawnServer(
  { program, args, main }: Runtime,
  env: NodeJS.ProcessEnv,
  serverArgs: readonly string[] = [],
) {
  const child = spawn(program, [...args, main, ...serverArgs], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  // `close` follows the last output; its arguments are exit code and signal, one of them null.
  const exited = once(child, 'close') as Promise<[number, null] | [null, NodeJS.Signals]>
  return { child, exited, log: () => log }
}
