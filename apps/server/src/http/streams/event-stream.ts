import { sleepUnlessAborted, type Clock, type StoredTaskEvent, type TaskRecord } from '@ingestion-server/core'
import { endWithRight } from './end-with-right.ts'
import type { TaskUpdate } from './task-feeds.ts'

/** Interval of comments, so that no proxy between server and client closes the connection as idle. */
const heartbeatMs = 15_000
/** Minimum time between two `progress` messages; changes in between come with the next. */
const paceMs = 1_000
/** How long a browser waits before it reconnects. */
const retryMs = 2_000

export interface EventStreamOptions {
  /** Ends when `stop` aborts. */
  updates: AsyncGenerator<TaskUpdate, void>
  stop: AbortController
  /** Whether the client is still authorized; otherwise the stream ends. */
  mayStill(): Promise<boolean>
  /** The id of the last event that the client has seen; null: none. */
  lastEventId: number | null
  /** The data of an event, JSON. */
  renderEvent(event: StoredTaskEvent): string
  renderTask(record: TaskRecord): string
  clock: Clock
}

/**
 * A task's events as text/event-stream (WHATWG HTML, section 9.2): stored events with their ids, and before each batch
 * of them `progress` with the current task. It ends after the last event of a task that has ended. A client that
 * reads slowly gets fewer `progress` messages, and all events. A stream without a reader costs nothing.
 */
export function createEventStream(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const { updates, clock, stop } = options
  const encoder = new TextEncoder()
  const frames = toFrames(options)
  let beating = false

  async function beat(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    beating = true
    while (await sleepUnlessAborted(clock, heartbeatMs, stop.signal)) {
      // Below 0 the client has not read the earlier messages.
      if (controller.desiredSize === 0) controller.enqueue(encoder.encode(': heartbeat\n\n'))
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!beating) {
          void beat(controller)
          void endWithRight(options)
        }
        const next = await frames.next()
        if (next.done !== true) return controller.enqueue(encoder.encode(next.value))
        stop.abort()
        controller.close()
      },
      async cancel() {
        stop.abort()
        await updates.return()
      },
    },
    { highWaterMark: 0 },
  )
}

async function* toFrames(options: EventStreamOptions): AsyncGenerator<string, void> {
  const { updates, lastEventId, renderEvent, renderTask, clock, stop } = options
  yield `retry: ${retryMs}\n\n`
  for await (const { record, events } of updates) {
    const toldAt = clock.now()
    yield `event: progress\ndata: ${renderTask(record)}\n\n`
    for (const event of events) {
      if (lastEventId !== null && event.id <= lastEventId) continue
      yield `id: ${event.id}\nevent: ${event.type}\ndata: ${renderEvent(event)}\n\n`
    }
    // After the last update there is nothing to wait for.
    if (record.finishedAt !== null) continue
    const waitMs = toldAt + paceMs - clock.now()
    if (waitMs > 0) await sleepUnlessAborted(clock, waitMs, stop.signal)
  }
}
