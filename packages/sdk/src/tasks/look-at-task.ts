import { mayRetry, type RequestOptions, type Transport } from '../http/index.ts'
import { readSeenTask, type SeenTask } from './read-task.ts'
import { idPath } from '../id-path.ts'

/** A last look at the deadline gets this long for its answer, even when no time is left. */
const lastLookMs = 1_000

/** One look at a task: what was seen, or why nothing was, for now. */
export type Look = { seen: SeenTask } | { missed: unknown }

export interface LookOptions extends RequestOptions {
  /** Milliseconds since the epoch, or Infinity. */
  deadline: number
}

/** @throws the signal's reason, and errors that asking again would not mend, such as NotFoundError */
export async function lookAtTask(
  { send, clock, requestTimeoutMs }: Transport,
  taskId: string,
  { deadline, signal, actor }: LookOptions,
): Promise<Look> {
  const leftMs = Math.max(lastLookMs, deadline - clock.now())
  try {
    const answer = await send({
      path: idPath('task', taskId),
      signal,
      actor,
      retries: 0, // the next look is the retry
      requestTimeoutMs: Math.min(requestTimeoutMs, leftMs),
    })
    return { seen: readSeenTask(answer, clock.now()) }
  } catch (error) {
    if (mayRetry(true, error)) return { missed: error }
    throw error
  }
}
