import type { TaskUpdate } from '../contract-types.ts'
import { IngestionError } from '../errors/index.ts'
import { retryDelayMs, type Transport } from '../http/index.ts'
import { lookAtTask, type Look } from './look-at-task.ts'
import type { PollOptions } from './poll-task.ts'
import { readTaskUpdate } from './read-task-update.ts'
import type { SeenTask } from './read-task.ts'
import { idPath } from '../id-path.ts'

export interface StreamOptions extends PollOptions {
  /** Only events of the history with a higher id than this; otherwise all. */
  after: number | undefined
}

/**
 * Reads a task's event stream, and opens it again after the last event when it has ended. At each end the task is
 * looked at: it may have come to its own. A stream that can't be opened, or gives nothing, while the task can be
 * looked at, is not tried again: something on the way does not let it through.
 *
 * @returns what was seen last, to go on from by looking again and again; undefined when the deadline has passed
 * @throws as `pollTask`
 */
export async function* streamTask(
  transport: Transport,
  taskId: string,
  options: StreamOptions,
): AsyncGenerator<Look | { update: TaskUpdate }, SeenTask | undefined, undefined> {
  const { clock, random } = transport
  const { signal, actor, deadline, pollIntervalMs } = options
  const path = `${idPath('task', taskId)}/events`
  const signals = signal ? [signal] : []
  if (deadline !== Infinity) signals.push(AbortSignal.timeout(Math.max(0, deadline - clock.now())))
  const stop = AbortSignal.any(signals)
  let last = options.after
  let misses = 0

  for (;;) {
    let heard = false
    try {
      for await (const message of transport.stream({ path, lastEventId: last, signal: stop, actor })) {
        const update = readTaskUpdate(message)
        if (update === undefined) continue
        heard = true
        if (update.type !== 'progress') last = update.id
        yield { update }
      }
    } catch (error) {
      signal?.throwIfAborted()
      // The look that follows says whether the server is away or just the stream.
      if (!stop.aborted && !(error instanceof IngestionError)) throw error
    }

    const look = await lookAtTask(transport, taskId, options)
    yield look
    if (stop.aborted || clock.now() >= deadline) return undefined
    let waitMs = pollIntervalMs
    if ('missed' in look) {
      waitMs = retryDelayMs(look.missed, misses++, random)
    } else {
      misses = 0
      const { task, lookAgainAt = clock.now() + pollIntervalMs } = look.seen
      if (!heard) return { task, lookAgainAt }
    }
    await clock.sleep(Math.min(waitMs, deadline - clock.now()), signal)
  }
}
