import type { TaskUpdate } from '../contract-types.ts'
import { IngestionError } from '../errors/index.ts'
import { retryDelayMs, type Transport } from '../http/index.ts'
import { pollOnce, type PollResult } from './poll-once.ts'
import type { PollOptions } from './poll-task.ts'
import { readTaskUpdate } from './read-task-update.ts'
import type { TaskSnapshot } from './read-task.ts'
import { idPath } from '../id-path.ts'

export interface StreamOptions extends PollOptions {
  /** Only events of the history with a higher id than this; otherwise all. */
  after: number | undefined
}

/**
 * Reads a task's event stream, and reopens it after the last event when it has ended. At each end the task is polled,
 * because it may have ended too. A stream that can't be opened or sends nothing, while polling works, is not retried:
 * a proxy does not let it through.
 *
 * @returns the last snapshot, to continue with polling; undefined when the deadline has passed
 * @throws as `pollTask`
 */
export async function* streamTask(
  transport: Transport,
  taskId: string,
  options: StreamOptions,
): AsyncGenerator<PollResult | { update: TaskUpdate }, TaskSnapshot | undefined, undefined> {
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
      // The following poll shows whether the server is unavailable or only the stream.
      if (!stop.aborted && !(error instanceof IngestionError)) throw error
    }

    const result = await pollOnce(transport, taskId, options)
    yield result
    if (stop.aborted || clock.now() >= deadline) return undefined
    let waitMs = pollIntervalMs
    if ('error' in result) {
      waitMs = retryDelayMs(result.error, misses++, random)
    } else {
      misses = 0
      const { task, pollAgainAt = clock.now() + pollIntervalMs } = result.snapshot
      if (!heard) return { task, pollAgainAt }
    }
    await clock.sleep(Math.min(waitMs, deadline - clock.now()), signal)
  }
}
