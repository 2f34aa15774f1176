import { setTimeout as delay } from 'node:timers/promises'
import { ingestion } from './services.ts'
import { readTaskDetail } from './task-detail.ts'

/** At most so often a message is sent, and at least so often: a server that is away sends nothing by itself. */
const minIntervalMs = 1_000
const maxIntervalMs = 5_000
/** The browser connects again then, and with it the session is looked at again. */
const maxStreamMs = 120_000
const retryMs = 1_000

/**
 * The task as the page shows it, as server-sent events, told by the server's own stream when it is worth a look. It
 * ends when the task has ended, when the reader goes, or after some time.
 */
export function streamTaskDetail(actor: string, id: string, gone: AbortSignal): ReadableStream<Uint8Array> {
  const cancelled = new AbortController()
  const signal = AbortSignal.any([gone, cancelled.signal, AbortSignal.timeout(maxStreamMs)])
  const encoder = new TextEncoder()

  return new ReadableStream({
    async start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      try {
        send(`retry: ${retryMs}\n\n`)
        const changes = watchChanges(actor, id, signal)
        while (!signal.aborted) {
          const answer = await readTaskDetail(actor, id)
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
      }
      if (!gone.aborted) controller.close()
    },
    cancel: () => cancelled.abort(),
  })
}

/** `next()` settles at the next change of the task; changes that nobody waited for count as one. */
function watchChanges(actor: string, id: string, signal: AbortSignal) {
  let waiting = Promise.withResolvers<void>()
  void (async () => {
    try {
      const handle = await ingestion.as(actor).tasks.handle(id, { signal })
      const updates = handle.events({ signal })[Symbol.asyncIterator]()
      while (!(await updates.next()).done) waiting.resolve()
    } catch {
      // The server is away, or the reader is: the stream asks by itself every few seconds, and says so.
    }
  })()
  return {
    async next(): Promise<void> {
      await waiting.promise
      waiting = Promise.withResolvers<void>()
    },
  }
}
