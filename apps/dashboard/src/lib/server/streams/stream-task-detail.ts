import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { ingestion } from '../services.ts'
import { readTaskDetail } from '../task-detail.ts'
import { watchSession } from './watch-session.ts'

/** At most so often a message is sent, and at least so often: a server that is away sends nothing by itself. */
const minIntervalMs = 1_000
const maxIntervalMs = 5_000
/** The browser connects again then. */
const maxStreamMs = 120_000
const retryMs = 1_000

export interface TaskStreamOptions {
  /** Name of the user. */
  actor: string
  /** Of the task. */
  id: string
  /** Aborted when the reader goes. */
  gone: AbortSignal
  /** Whether the session that opened the stream goes on. */
  isSessionOpen: () => Promise<boolean>
  /** Called once, when the stream has ended in whatever way. */
  onEnd: () => void
}

/**
 * The task as the page shows it, as server-sent events: a message when the server's own stream reports a change. It
 * ends when the task or the session has ended, when the reader goes, or after some time.
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
  // It is raced with what is waited for, and that may be over.
  aborted.catch(() => undefined)
  const encoder = new TextEncoder()

  return new ReadableStream({
    async start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      try {
        send(`retry: ${retryMs}\n\n`)
        const changes = watchChanges(actor, id, signal)
        while (!signal.aborted) {
          // The server may be slow; the end of a session doesn't wait for it.
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
      // The server or the reader is gone: the stream polls every few seconds, and reports it.
    }
  })()
  return {
    async next(): Promise<void> {
      await waiting.promise
      waiting = Promise.withResolvers<void>()
    },
  }
}
