import { mayRetry, type RequestOptions, type Transport } from '../http/index.ts'
import { readTaskSnapshot, type TaskSnapshot } from './read-task.ts'
import { idPath } from '../id-path.ts'

/** Minimum timeout of the last request, also when the deadline has passed. */
const lastRequestMs = 1_000

/** Result of one poll: the task, or a temporary error. */
export type PollResult = { snapshot: TaskSnapshot } | { error: unknown }

export interface PollOnceOptions extends RequestOptions {
  /** Milliseconds since the epoch, or Infinity. */
  deadline: number
}

/** @throws the signal's reason, and errors that a retry would not fix, such as NotFoundError */
export async function pollOnce(
  { send, clock, requestTimeoutMs }: Transport,
  taskId: string,
  { deadline, signal, actor }: PollOnceOptions,
): Promise<PollResult> {
  const leftMs = Math.max(lastRequestMs, deadline - clock.now())
  try {
    const answer = await send({
      path: idPath('task', taskId),
      signal,
      actor,
      retries: 0, // the next poll is the retry
      requestTimeoutMs: Math.min(requestTimeoutMs, leftMs),
    })
    return { snapshot: readTaskSnapshot(answer, clock.now()) }
  } catch (error) {
    if (mayRetry(true, error)) return { error }
    throw error
  }
}
