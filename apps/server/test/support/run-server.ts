import type { ScheduledTask, Task } from '@ingestion-server/core/contract'
import {
  runProcess,
  startProcess,
  type Command,
  type RunningProcess,
} from '@ingestion-server/core/testing/run-process.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'

export type { RunningProcess }

/** A program, the arguments before the path of the file that it runs, and that file. */
export interface Runtime {
  program: string
  args: readonly string[]
  main: string
}

export interface ServerProcess extends RunningProcess {
  submit(body: Record<string, unknown>): Promise<Task>
  getTask(taskId: string): Promise<Task>
  /** Polls until the task meets a condition. @throws Error with the task after `timeoutMs`, by default 280 s */
  waitFor(taskId: string, wanted: (task: Task) => boolean, timeoutMs?: number): Promise<Task>
  waitForEnd(taskId: string, timeoutMs?: number): Promise<Task>
  /**
   * Status and fields of the response of `/readyz`. A server is unready for a moment when a check of it takes long, so a
   * test polls this.
   */
  readReadiness(): Promise<object>
}

/** The real server in a separate process, on a free port, once it listens. */
export async function startServer(runtime: Runtime, env: Record<string, string>): Promise<ServerProcess> {
  const running = await runProcess(toCommand(runtime, { ...process.env, ...defaults, ...env }))
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
    let task: Task | null = null
    const reason = () => `task to meet ${String(wanted)}: ${JSON.stringify(task)}`
    const meets = async () => {
      task = await call<Task>(`/task/${taskId}`, { headers })
      return wanted(task) && task
    }
    return until(reason, meets, { timeoutMs })
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
    async readReadiness() {
      const response = await fetch(`${baseUrl}/readyz`)
      return { ...((await response.json()) as object), status: response.status }
    },
  }
}

/** A process that only runs tasks. */
export function startWorker(runtime: Runtime, env: Record<string, string>): Promise<RunningProcess> {
  const all = { ...process.env, ...defaults, HEALTH_PORT: '0', ...env }
  return runProcess(toCommand(runtime, all, ['--role', 'worker']))
}

/** Runs the server with an environment in which it can't start, and no other variables. */
export async function runToEnd(
  runtime: Runtime,
  env: Record<string, string>,
): Promise<{ code: number | NodeJS.Signals; log: string }> {
  const { exited, log } = startProcess(toCommand(runtime, env))
  const code = await exited
  return { code, log: log() }
}

const defaults = { PORT: '0', LOG_LEVEL: 'error' }

const toCommand = (
  { program, args, main }: Runtime,
  env: NodeJS.ProcessEnv,
  serverArgs: readonly string[] = [],
): Command => ({ program, args: [...args, main, ...serverArgs], env })
