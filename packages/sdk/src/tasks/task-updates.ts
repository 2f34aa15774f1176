import type { TaskEvent, TaskEventPage, TaskUpdate } from '../contract-types.ts'
import { readPage, type RequestOptions, type Transport } from '../http/index.ts'
import { iteratePages } from './pages.ts'
import type { TaskSnapshot } from './read-task.ts'
import { idPath } from '../id-path.ts'
import { watchTask, type WatchOptions } from './watch-task.ts'

export interface UpdateOptions extends WatchOptions {
  /** Only events with a higher id than this, such as the last one received. Otherwise all. */
  after?: number | undefined
  /** False: only the events until now, without `progress` updates. */
  follow?: boolean | undefined
}

/**
 * The past and future events of a task, until it has ended: every event of its history once, by
 * ascending id, and in between the current task whenever it has changed.
 *
 * @throws as `watchTask`
 */
export async function* followTask(
  transport: Transport,
  snapshot: TaskSnapshot,
  remember: (snapshot: TaskSnapshot) => void,
  options: UpdateOptions = {},
): AsyncGenerator<TaskUpdate, void, undefined> {
  const id = snapshot.task.taskId
  if (options.follow === false) return yield* listEvents(transport, id, options)
  let { after } = options
  let lastText: string | undefined

  function* yieldEvent(event: TaskEvent) {
    // A stream and a page overlap, and a proxy may have removed the last id from a request.
    if (after !== undefined && event.id <= after) return
    after = event.id
    yield event
  }
  function* yieldTask(now: TaskSnapshot) {
    remember(now)
    const text = JSON.stringify(now.task)
    if (text !== lastText) yield { type: 'progress' as const, task: now.task }
    lastText = text
  }

  for await (const result of watchTask(transport, snapshot, options, { after })) {
    if ('update' in result) {
      const { update } = result
      if (update.type === 'progress') yield* yieldTask({ task: update.task, pollAgainAt: undefined })
      else yield* yieldEvent(update)
    } else if ('snapshot' in result) {
      // The stream may have ended before its last event, or there is none.
      for await (const event of listEvents(transport, id, { ...options, after })) yield* yieldEvent(event)
      yield* yieldTask(result.snapshot)
      if (!result.snapshot.task.active) return
    }
  }
}

/** The history of a task so far, by ascending id. */
export function listEvents(
  transport: Transport,
  id: string,
  { after, signal, actor }: RequestOptions & { after?: number | undefined },
): AsyncGenerator<TaskEvent, void, undefined> {
  return iteratePages(
    async (page_token) => {
      const path = `${idPath('task', id)}/events`
      return readPage<TaskEventPage>(
        await transport.send({ path, query: { page_token }, signal, actor }),
        'events',
      )
    },
    (page) => page.events,
    after?.toString(),
  )
}
