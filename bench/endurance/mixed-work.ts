import {
  ConflictError,
  createClient,
  TaskCancelledError,
  type TaskHandle,
} from '../../packages/sdk/src/index.ts'
import { createPace } from './pace.ts'

export interface MixedWork {
  /** Number of tasks and calls by result, such as `REINDEX succeeded`. */
  outcomes: Record<string, number>
  /** Messages of unexpected results; the first ones only. */
  problems: string[]
}

interface MixedWorkOptions {
  baseUrl: string
  tasks: number
  durationMs: number
  /** Number of callers, each with one task at a time. */
  callers: number
}

/** A task that takes longer hangs, even on a slow machine. */
const waitMs = 600_000
const maxProblems = 20

/**
 * Callers that build, filter, promote and delete indices, cancel some tasks and run them again, follow them by event
 * stream, and read lists and metrics in between.
 */
export async function runMixedWork({
  baseUrl,
  tasks,
  durationMs,
  callers,
}: MixedWorkOptions): Promise<MixedWork> {
  const work: MixedWork = { outcomes: {}, problems: [] }
  const client = createClient({ baseUrl })
  const pace = createPace(tasks, durationMs)
  const note = (what: string) => (work.outcomes[what] = (work.outcomes[what] ?? 0) + 1)
  const noteProblem = (what: string, error: unknown) => {
    note(`${what} went wrong`)
    if (work.problems.length < maxProblems) work.problems.push(`${what}: ${String(error)}`)
  }

  /** @returns whether it succeeded */
  async function run(what: string, start: () => Promise<TaskHandle>, drive = follow): Promise<boolean> {
    if (!(await pace.next())) return false
    try {
      note(`${what} ${await drive(await start())}`)
      return true
    } catch (error) {
      // The alias may still point to an index that should be deleted, and tasks conflict now and then.
      if (error instanceof ConflictError) note(`${what} in conflict`)
      else noteProblem(what, error)
      return false
    }
  }

  let turns: Promise<unknown> = Promise.resolve()
  /** There is one alias, which one task at a time may move. */
  const inTurn = (promote: () => Promise<unknown>) => (turns = turns.then(promote))

  async function read(): Promise<void> {
    try {
      const { tasks } = await client.tasks.list({ status: 'succeeded' })
      const first = tasks[0]
      if (first) for await (const event of (await client.tasks.handle(first.taskId)).history()) void event
      await client.indices.list()
      const response = await fetch(`${baseUrl}/metrics`)
      await response.text()
      note(`GET /metrics ${response.status}`)
    } catch (error) {
      noteProblem('reading', error)
    }
  }

  async function act(caller: number): Promise<void> {
    // Indices that could not be deleted because an alias pointed to them.
    const left: string[] = []
    for (let round = 0; !pace.isOver(); round++) {
      const suffix = `c${caller}-${round}`
      const built = await run('REINDEX', () => client.reindex({ model: 'image', indexSuffix: suffix }))
      if (!built) continue
      await run('CREATE_AND_POPULATE_FILTERED_INDEX', () =>
        client.createFilteredIndex({
          model: 'image',
          originIndexSuffix: suffix,
          destinationIndexSuffix: suffix,
        }),
      )
      const promote = { model: 'image', indexSuffix: suffix, alias: 'image' } as const
      await inTurn(() =>
        run('POINT_ALIAS', () =>
          client.pointAlias({ ...promote, allowUnfiltered: true, allowShrink: true, allowUnverified: true }),
        ),
      )
      await run(
        'REINDEX, cancelled and run again,',
        () => client.reindex({ model: 'audio', indexSuffix: suffix }),
        cancelAndRetry,
      )
      await read()
      await deleteIndex('audio', suffix)
      left.push(suffix, `${suffix}-filtered`)
      for (const each of left.splice(0)) if (!(await deleteIndex('image', each))) left.push(each)
    }
  }

  const deleteIndex = (model: 'image' | 'audio', indexSuffix: string) =>
    run('DELETE_INDEX', () => client.deleteIndex({ model, indexSuffix }))

  await Promise.all(Array.from({ length: callers }, (_, caller) => act(caller)))
  return work
}

/** Follows a task by event stream to its end. @returns its status */
async function follow(handle: TaskHandle): Promise<string> {
  for await (const update of handle.events({ signal: AbortSignal.timeout(waitMs) })) void update
  return (await handle.wait({ timeoutMs: waitMs })).status
}

async function cancelAndRetry(handle: TaskHandle): Promise<string> {
  await handle.cancel()
  await handle.wait({ timeoutMs: waitMs }).catch((error: unknown) => {
    if (!(error instanceof TaskCancelledError)) throw error
  })
  if (handle.task.status === 'cancelled') await handle.retry()
  return (await handle.wait({ timeoutMs: waitMs })).status
}
