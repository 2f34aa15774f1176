import { checkDuration } from '../check-number.ts'
import type { TaskUpdate } from '../contract-types.ts'
import type { RequestOptions, Transport } from '../http/index.ts'
import type { Look } from './look-at-task.ts'
import { pollTask } from './poll-task.ts'
import type { SeenTask } from './read-task.ts'
import { streamTask } from './stream-task.ts'

export interface WatchOptions extends RequestOptions {
  /**
   * False: only looks again and again. Otherwise the server's event stream is read, and looking again and again is
   * what is done where a stream doesn't get through. A browser keeps few connections to a server over HTTP/1.1, and
   * each stream takes one.
   */
  stream?: boolean | undefined
  /** Between the first looks at the task; grows by half with each, and is at least the server's Retry-After. Default 500. */
  pollIntervalMs?: number | undefined
  /** What `pollIntervalMs` grows to. Default 5000. */
  maxPollIntervalMs?: number | undefined
}

/**
 * Watches a task for as long as its reader wants, over its event stream or by looking again and again.
 *
 * @param range `deadline` in milliseconds since the epoch; `after`: id of the event after which the stream begins
 * @returns looks at the task, and, while a stream is read, what it says
 * @throws the signal's reason, and errors that asking again would not mend, such as NotFoundError
 */
export async function* watchTask(
  transport: Transport,
  first: SeenTask,
  options: WatchOptions,
  range: { deadline?: number; after?: number | undefined },
): AsyncGenerator<Look | { update: TaskUpdate }, void, undefined> {
  const { signal, actor, stream = true, pollIntervalMs = 500, maxPollIntervalMs = 5_000 } = options
  const how = {
    signal,
    actor,
    deadline: range.deadline ?? Infinity,
    after: range.after,
    pollIntervalMs: checkDuration('pollIntervalMs', pollIntervalMs),
    maxPollIntervalMs: checkDuration('maxPollIntervalMs', maxPollIntervalMs),
  }
  const seen = stream ? yield* streamTask(transport, first.task.taskId, how) : first
  if (seen) yield* pollTask(transport, seen, how)
}
