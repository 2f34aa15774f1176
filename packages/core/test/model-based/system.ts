import {
  image,
  runTask,
  submitTask,
  type Action,
  type TaskContext,
  type TaskRequest,
} from '../../src/index.ts'
import { death } from '../support/failing-calls.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { withFewRules } from '../support/light-models.ts'
import type { PromoteHarness } from '../promote/promote-harness.ts'

/** A worker that froze during a call, and continues with it when it is resumed. */
interface FrozenWorker {
  thaw(): void
  ended: Promise<unknown>
}

/** The system under test, with its own model and so its own names. */
export interface System {
  model: string
  context: TaskContext
  submit(request: Omit<TaskRequest, 'model'>): Promise<string>
  /** Runs a task to its end, or until it can't make progress. */
  run(taskId: string): Promise<void>
  /** Runs a task until the worker dies at its call number `at`. */
  runAndDie(taskId: string, at: number): Promise<void>
  /** Runs a task until the worker freezes at its call number `at`, for longer than its lease. */
  runAndFreeze(taskId: string, at: number): Promise<void>
  /** Resumes all frozen workers, and waits until they have ended. */
  thaw(): Promise<void>
  /** Items with two valid leases at the same time. */
  violations: string[]
}

export async function createSystem(harness: PromoteHarness): Promise<System> {
  const model = `m${crypto.randomUUID().replaceAll('-', '')}`
  const { sql } = harness
  await harness.allowModel(model)
  const frozen: FrozenWorker[] = []
  const violations: string[] = []
  /** The worker with the valid lease of each item. */
  const holders = new Map<string, object>()
  const base: TaskContext = { ...harness.context, models: [{ ...withFewRules(image), name: model }] }

  /** All leases of the task have expired from now on. */
  async function expire(taskId: string): Promise<Error> {
    for (const key of holders.keys()) if (key.startsWith(taskId)) holders.delete(key)
    // Postgres would end the open transactions of a dead worker after some seconds.
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction'`
    return death(harness, taskId)
  }

  function watch(action: Action, worker: object): Action {
    const phases = Object.entries(action.phases).map(([phase, handler]) => {
      const { work } = handler
      if (!work) return [phase, handler]
      const watched: typeof work = async (context) => {
        const key = `${context.task.id}/${context.task.stage}/${context.item.ordinal}`
        if (holders.has(key)) violations.push(key)
        holders.set(key, worker)
        try {
          return await work(context)
        } finally {
          if (holders.get(key) === worker) holders.delete(key)
        }
      }
      return [phase, { ...handler, work: watched }]
    })
    return { ...action, phases: Object.fromEntries(phases) as Action['phases'] }
  }

  const contextOf = (search = harness.search): TaskContext => {
    const worker = {}
    return { ...base, search, actions: base.actions.map((action) => watch(action, worker)) }
  }

  return {
    model,
    context: base,
    violations,
    submit: async (request) => (await submitTask(base, { model, ...request } as TaskRequest)).id,
    async run(taskId) {
      await runTask(contextOf(), taskId)
    },
    async runAndDie(taskId, at) {
      const dying = new AbortController()
      let call = 0
      const search = interceptCalls(harness.search, async (_, proceed) => {
        if (call++ !== at) return proceed()
        const error = await expire(taskId)
        dying.abort()
        throw error
      })
      await runTask(contextOf(search), taskId, { signal: dying.signal })
    },
    async runAndFreeze(taskId, at) {
      let thaw = () => {}
      const thawed = new Promise<void>((resolve) => (thaw = resolve))
      let freeze = () => {}
      const isFrozen = new Promise<void>((resolve) => (freeze = resolve))
      const stopping = new AbortController()
      let call = 0
      const search = interceptCalls(harness.search, async (name, proceed) => {
        // OpenSearch deletes by name only: a call that was delayed for so long may delete the
        // next index of that name (ARCHITECTURE.md, "Fencing").
        if (name === 'indices.delete' || call++ !== at) return proceed()
        freeze()
        await thawed
        stopping.abort()
        return proceed()
      })
      const ended = runTask(contextOf(search), taskId, { signal: stopping.signal })
      await Promise.race([isFrozen, ended])
      await expire(taskId)
      frozen.push({ thaw, ended })
    },
    async thaw() {
      for (const worker of frozen) worker.thaw()
      await Promise.all(frozen.splice(0).map(({ ended }) => ended))
    },
  }
}
