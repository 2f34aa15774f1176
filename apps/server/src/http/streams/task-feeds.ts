import {
  isActive,
  sleepUnlessAborted,
  type Clock,
  type StoredTaskEvent,
  type TaskRecord,
} from '@ingestion-server/core'
import type { AppDeps } from '../app-deps.ts'

/** Polling interval. */
const pollIntervalMs = 500
const eventsPerQuery = 500

/** The current task, and its events since the previous update. */
export interface TaskUpdate {
  record: TaskRecord
  events: readonly StoredTaskEvent[]
}

export interface TaskFeeds {
  /**
   * First the task with all its events, then each change of either, until the task has ended, the signal aborts or
   * the process stops.
   * A task is polled once for any number of followers. A slow follower gets several changes in one update.
   *
   * @throws TaskNotFoundError, DatabaseUnavailableError before the first update; later outages are retried
   */
  follow(taskId: string, signal: AbortSignal): AsyncGenerator<TaskUpdate, void>
}

/** Shared by the followers of a task: it exists while there is at least one. */
interface Feed {
  followers: number
  stopped: AbortController
  /** Null until it was read for the first time. */
  record: TaskRecord | null
  events: StoredTaskEvent[]
  /** Grows with every change. */
  version: number
  ended: boolean
  /** Resolves at the next change; rejects when the task can't be read the first time. */
  changed: PromiseWithResolvers<void>
}

type Options = Pick<AppDeps, 'log'> & {
  /** @throws TaskNotFoundError */
  getTask(taskId: string): Promise<TaskRecord>
  events: AppDeps['store']['events']
  clock: Clock
  /** Aborts when the process ends; see AppDeps. */
  stopping?: AbortSignal | undefined
}

/** Notifies followers of changes of their tasks, by polling the store. */
export function createTaskFeeds({ getTask, events, clock, log, stopping }: Options): TaskFeeds {
  const feeds = new Map<string, Feed>()
  // One listener: an event of the signal for each follower would keep all of them in memory.
  stopping?.addEventListener('abort', () => feeds.forEach(stop), { once: true })

  /** Ends a feed before its task does: its followers get no further update. */
  function stop(feed: Feed): void {
    feed.stopped.abort()
    feed.changed.resolve()
  }

  function join(taskId: string): Feed {
    const feed = feeds.get(taskId) ?? open(taskId)
    feed.followers++
    return feed
  }

  function leave(taskId: string, feed: Feed): void {
    if (--feed.followers > 0) return
    feed.stopped.abort()
    close(taskId, feed)
  }

  function open(taskId: string): Feed {
    const feed: Feed = {
      followers: 0,
      stopped: new AbortController(),
      record: null,
      events: [],
      version: 0,
      ended: false,
      changed: Promise.withResolvers(),
    }
    feeds.set(taskId, feed)
    void poll(taskId, feed)
    return feed
  }

  /** Later followers get a new feed: this one sends no more updates. */
  function close(taskId: string, feed: Feed): void {
    if (feeds.get(taskId) === feed) feeds.delete(taskId)
  }

  async function poll(taskId: string, feed: Feed): Promise<void> {
    let failures = 0
    do {
      try {
        await refresh(taskId, feed)
        failures = 0
      } catch (error) {
        if (feed.record === null) {
          close(taskId, feed)
          // It may have no waiters any more.
          feed.changed.promise.catch(() => undefined)
          return feed.changed.reject(error)
        }
        // Once, not at every poll: an outage may be long.
        if (failures++ === 0)
          log.warn('task could not be read for its followers; retrying', { task_id: taskId, error })
      }
      // Aborted when it has no followers any more.
    } while (!feed.ended && (await sleepUnlessAborted(clock, pollIntervalMs, feed.stopped.signal)))
  }

  async function refresh(taskId: string, feed: Feed): Promise<void> {
    // In this order: the last event of a task is written before its end is visible.
    const record = await getTask(taskId)
    const news: StoredTaskEvent[] = []
    let full = true
    while (full) {
      const after = (news.at(-1) ?? feed.events.at(-1))?.id
      const page = await events({ taskId, after, limit: eventsPerQuery })
      news.push(...page)
      full = page.length === eventsPerQuery
    }
    if (feed.record !== null && news.length === 0 && isSame(feed.record, record)) return
    feed.record = record
    feed.events.push(...news)
    feed.version++
    feed.ended = !isActive(record)
    if (feed.ended) close(taskId, feed)
    feed.changed.resolve()
    feed.changed = Promise.withResolvers()
  }

  return {
    async *follow(taskId, signal) {
      const feed = join(taskId)
      const aborted = whenAborted(signal)
      try {
        let version = 0
        let sentEvents = 0
        while (!signal.aborted && stopping?.aborted !== true) {
          if (feed.version === version) await Promise.race([feed.changed.promise, aborted.promise])
          if (feed.version === version || feed.record === null) return // aborted
          version = feed.version
          const update = { record: feed.record, events: feed.events.slice(sentEvents) }
          sentEvents = feed.events.length
          const { ended } = feed
          yield update
          if (ended) return
        }
      } finally {
        aborted.forget()
        leave(taskId, feed)
      }
    },
  }
}

/** Records are read each time, with their fields in the same order. */
function isSame(one: TaskRecord, other: TaskRecord): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function whenAborted(signal: AbortSignal): { promise: Promise<void>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const listener = () => resolve()
  if (signal.aborted) resolve()
  else signal.addEventListener('abort', listener, { once: true })
  return { promise, forget: () => signal.removeEventListener('abort', listener) }
}
