import type { SearchClient, TaskStore } from '../../src/index.ts'
import { interceptCalls } from './intercept-calls.ts'

/**
 * A client that holds calls of one name while they are in flight.
 *
 * @param isHeld whether the call with this number, counted from 1, is held
 * @returns `reached` resolves when the first call is held; `goOn` sends what is held, and all later calls at once
 */
export function holdCalls(
  client: SearchClient,
  name: string,
  isHeld: (nth: number) => boolean | Promise<boolean>,
) {
  const reached = Promise.withResolvers<void>()
  const going = Promise.withResolvers<void>()
  let calls = 0
  const search = interceptCalls(client, async (call, proceed) => {
    if (call === name && (await isHeld(++calls))) {
      reached.resolve()
      await going.promise
    }
    return proceed()
  })
  return { search, reached: reached.promise, goOn: going.resolve, countCalls: () => calls }
}

/** Holds bulk requests once pages before them were saved: at `reached`, the load of a task is under way. */
export function holdLoad(client: SearchClient, store: Pick<TaskStore, 'get'>, taskId: string) {
  return holdCalls(client, 'bulk', async () => ((await store.get(taskId))?.counts.read ?? 0) > 0)
}
