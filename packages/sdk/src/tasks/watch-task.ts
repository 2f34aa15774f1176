import { checkDuration } from '../check-number.ts'
import type { TaskUpdate } from '../contract-types.ts'
import type { RequestOptions, Transport } from '../http/index.ts'
import type { PollResult } from './poll-once.ts'
import { pollTask } from './poll-task.ts'
import type { TaskSnapshot } from './read-task.ts'
import { streamTask } from './stream-task.ts'

export interface WatchOptions extends RequestOptions {
  /**
   * False: only polls. Otherwise it reads the server's event stream, and polls if a proxy blocks the stream. Browsers
   * limit the connections to a server over HTTP/1.1, and each stream takes one.
   */
  stream?: boolean | undefined
  /** First polling interval; grows by half with each poll, and is at least the server's Retry-After. Default 500. */
  pollIntervalMs?: number | undefined
  /** Maximum of the growing interval. Default 5000. */
  maxPollIntervalMs?: number | undefined
}

/**
 * Watches a task over its event stream or by polling, until the reader stops.
 *
 * @param range `deadline` in milliseconds since the epoch; `after`: id of the event after which the stream begins
 * @returns poll results, and the updates of the stream
 * @throws the signal's reason, and errors that a retry would not fix, such as NotFoundError
 */
export async function* watchTask(
  transport: Transport,
  first: TaskSnapshot,
  options: WatchOptions,
  range: { deadline?: number; after?: number | undefined },
): AsyncGenerator<PollResult | { update: TaskUpdate }, void, undefined> {
  const { signal, actor, stream = true, pollIntervalMs = 500, maxPollIntervalMs = 5_000 } = options
  const how = {
    signal,
    actor,
    deadline: range.deadline ?? Infinity,
    after: range.after,
    pollIntervalMs: checkDuration('pollIntervalMs', pollIntervalMs),
    maxPollIntervalMs: checkDuration('maxPollIntervalMs', maxPollIntervalMs),
  }
  const snapshot = stream ? yield* streamTask(transport, first.task.taskId, how) : first
  if (snapshot) yield* pollTask(transport, snapshot, how)
}
