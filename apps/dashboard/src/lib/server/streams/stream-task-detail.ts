import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { ingestion, readTaskDetail } from '../services.ts'
import { watchSession } from './watch-session.ts'

/** Minimum and maximum interval between messages: an unavailable server sends no changes. */
const minIntervalMs = 1_000
const maxIntervalMs = 5_000
/** Maximum duration; the browser then reconnects. */
const maxStreamMs = 120_000
const retryMs = 1_000

export interface TaskStreamOptions {
  /** Name of the user. */
  actor: string
  /** Id of the task. */
  id: string
  /** Aborted when the reader disconnects. */
  gone: AbortSignal
  /** Whether the session that opened the stream is still valid. */
  isSessionOpen: () => Promise<boolean>
  /** Called once, when the stream has ended for any reason. */
  onEnd: () => void
}

/**
 * The task as server-sent events, as the page shows it: a message for each change that the ingestion server's stream
 * reports. It ends when the task or the session ends, when the reader disconnects, or after the maximum duration.
 */
export function streamTaskDetail({
  actor,
  id,
  gone,
  isSessionOpen,
  onEnd,
}: TaskStreamOptions): ReadableStream<Uint8Array> {
  const cancelled = new AbortController()
  const reader = AbortSignal.any([gone, cancelled.signal, AbortSignal.timeout(maxStreamMs)])
  const signal = AbortSignal.any([reader, watchSession({ check: isSessionOpen, signal: reader })])
  const aborted = once(signal, 'abort').then(() => Promise.reject(signal.reason as Error))
  // It is raced with other promises, which may be settled already.
  aborted.catch(() => undefined)
  const encoder = new TextEncoder()

  return new ReadableStream({
    async start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      try {
        send(`retry: ${retryMs}\n\n`)
        const changes = watchChanges(actor, id, signal)
        while (!signal.aborted) {
          // The end of a session doesn't wait for a slow server.
          const answer = await Promise.race([readTaskDetail(actor, id), aborted])
          if (signal.aborted) break
          send(`data: ${JSON.stringify(answer)}\n\n`)
          if (answer.value !== null && !answer.value.task.active) break
          await delay(minIntervalMs, undefined, { signal })
          await Promise.race([changes.next(), delay(maxIntervalMs - minIntervalMs, undefined, { signal })])
        }
      } catch (error) {
        if (!signal.aborted) return controller.error(error)
      } finally {
        cancelled.abort()
        onEnd()
      }
      if (!gone.aborted) controller.close()
    },
    cancel: () => cancelled.abort(),
  })
}

/** `next()` settles at the next change of the task; changes without a waiting caller count as one. */
function watchChanges(actor: string, id: string, signal: AbortSignal) {
  let waiting = Promise.withResolvers<void>()
  void (async () => {
    try {
      const handle = await ingestion.as(actor).tasks.handle(id, { signal })
      const updates = handle.events({ signal })[Symbol.asyncIterator]()
      while (!(await updates.next()).done) waiting.resolve()
    } catch {
      // The server or the reader disconnected: the stream polls every few seconds and reports it.
    }
  })()
  return {
    async next(): Promise<void> {
      await waiting.promise
      waiting = Promise.withResolvers<void>()
    },
  }
}
