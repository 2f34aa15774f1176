import { runTask, type TaskContext } from '@ingestion-server/core'
import { createApp } from '../http/app.ts'
import { ConfigError } from '../composition/config.ts'
import { listActiveTasks } from '../http/list-active-tasks.ts'
import { repairAndLog } from '../composition/repair-and-log.ts'
import { openEdgeParts, type EdgeEnv, type EdgeParts } from './edge-parts.ts'

/** What the platform offers a call for going on after its answer: Cloudflare's ExecutionContext, for one. */
export interface Lifetime {
  waitUntil(work: Promise<unknown>): void
}

const repairTimeoutMs = 5_000

/** Answers a request; a task that it makes or changes is worked on after the answer, for a slice of time. */
export async function answer(request: Request, env: EdgeEnv, lifetime: Lifetime): Promise<Response> {
  let parts: EdgeParts
  try {
    parts = openEdgeParts(env, (taskId) =>
      lifetime.waitUntil(
        withParts(env, ({ context, sliceMs }) => workOn(context, [taskId], Date.now() + sliceMs)),
      ),
    )
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    // eslint-disable-next-line no-console -- there is no logger without a level
    console.error(error.message)
    return new Response('The server is not set up; its log says why.\n', { status: 500 })
  }
  const response = await createApp(parts.app).fetch(request)
  return closeAfter(response, () => lifetime.waitUntil(parts.close()))
}

/**
 * What is to be called from time to time, once a minute for example: works on all active tasks for a slice of time,
 * and takes away what ended ones have left behind. Calls may overlap, and share the work then.
 */
export async function workForAWhile(env: EdgeEnv): Promise<void> {
  const startedAt = Date.now()
  await withParts(env, async ({ context, sliceMs, log, removeOld }) => {
    const active = await listActiveTasks(context.store)
    await workOn(context, active, startedAt + sliceMs)
    await repairAndLog(context, log, AbortSignal.timeout(repairTimeoutMs))
    await removeOld(AbortSignal.timeout(repairTimeoutMs))
  })
}

/** Each task for as long as there is something to do for this worker, and no longer than until the deadline. */
async function workOn(context: TaskContext, taskIds: readonly string[], deadline: number): Promise<void> {
  for (const [place, taskId] of taskIds.entries()) {
    // Those that come after it get an equal share of what time is left.
    const share = (deadline - Date.now()) / (taskIds.length - place)
    if (share <= 0) return
    await runTask(context, taskId, { deadline: Date.now() + share, waitForOthers: false })
  }
}

async function withParts(env: EdgeEnv, use: (parts: EdgeParts) => Promise<void>): Promise<void> {
  const parts = openEdgeParts(env, () => undefined)
  try {
    await parts.setUp()
    await use(parts)
  } catch (error) {
    // The next call goes on from the checkpoints.
    parts.log.error('work on tasks broke off', { error })
  } finally {
    await parts.close()
  }
}

/** A stream of events goes on long after its head was answered. */
function closeAfter(response: Response, close: () => void): Response {
  if (response.body === null) {
    close()
    return response
  }
  const closing = new TransformStream<Uint8Array, Uint8Array>({ flush: close, cancel: close })
  return new Response(response.body.pipeThrough(closing), response)
}
