import type { TaskEvent, TaskEventPage, TaskUpdate } from '../contract-types.ts'
import { readPage, type RequestOptions, type Transport } from '../http/index.ts'
import { iteratePages } from './pages.ts'
import type { SeenTask } from './read-task.ts'
import { idPath } from '../id-path.ts'
import { watchTask, type WatchOptions } from './watch-task.ts'

export interface UpdateOptions extends WatchOptions {
  /** Only events with a higher id than this, such as that of the last one that was seen. Otherwise all. */
  after?: number | undefined
  /** False: only what has happened until now, without pictures of the task. */
  follow?: boolean | undefined
}

/**
 * What has happened to a task and what happens to it, until it has ended: every event of its history once, by
 * ascending id, and in between the task as it is whenever something of it has changed.
 *
 * @throws as `watchTask`
 */
export async function* followTask(
  transport: Transport,
  seen: SeenTask,
  remember: (seen: SeenTask) => void,
  options: UpdateOptions = {},
): AsyncGenerator<TaskUpdate, void, undefined> {
  const id = seen.task.taskId
  if (options.follow === false) return yield* listEvents(transport, id, options)
  let { after } = options
  let told: string | undefined

  function* tellEvent(event: TaskEvent) {
    // What a stream and a page say overlaps, and a proxy may have taken the last id away from a request.
    if (after !== undefined && event.id <= after) return
    after = event.id
    yield event
  }
  function* tellTask(now: SeenTask) {
    remember(now)
    const text = JSON.stringify(now.task)
    if (text !== told) yield { type: 'progress' as const, task: now.task }
    told = text
  }

  for await (const sighting of watchTask(transport, seen, options, { after })) {
    if ('update' in sighting) {
      const { update } = sighting
      if (update.type === 'progress') yield* tellTask({ task: update.task, lookAgainAt: undefined })
      else yield* tellEvent(update)
    } else if ('seen' in sighting) {
      // The stream may have ended before it said everything, or there is none.
      for await (const event of listEvents(transport, id, { ...options, after })) yield* tellEvent(event)
      yield* tellTask(sighting.seen)
      if (!sighting.seen.task.active) return
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
