import { runTask } from '@ingestion-server/core'
import { createApp } from '../http/app.ts'
import { ConfigError } from '../composition/config.ts'
import { listActiveTasks } from '../composition/list-active-tasks.ts'
import { collectAndLogOrphans } from '../composition/collect-orphans.ts'
import { openEdgeParts, type EdgeParts, type Isolate } from './edge-parts.ts'

/** The platform's means to continue after the response, such as Cloudflare's ExecutionContext. */
export interface Lifetime {
  waitUntil(work: Promise<unknown>): void
}

const maintenanceTimeoutMs = 5_000

/** Handles a request. Work on a task that it creates or changes follows after the response, for `SLICE_SECONDS`. */
export async function handleRequest(
  request: Request,
  isolate: Isolate,
  lifetime: Lifetime,
): Promise<Response> {
  let parts: EdgeParts
  try {
    parts = openEdgeParts(isolate, (taskId) =>
      lifetime.waitUntil(withParts(isolate, (parts) => workOn(parts, [taskId]))),
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
 * To be called periodically, for example once a minute: works on all active tasks for `SLICE_SECONDS`,
 * and collects the orphans of ended ones. Calls may overlap, and then share the work.
 */
export async function workForAWhile(isolate: Isolate): Promise<void> {
  await withParts(isolate, async (parts) => {
    const { context, log, removeOld } = parts
    await workOn(parts, await listActiveTasks(context.store))
    await collectAndLogOrphans(context, log, AbortSignal.timeout(maintenanceTimeoutMs))
    await removeOld(AbortSignal.timeout(maintenanceTimeoutMs))
  })
}

/** Works on each task while it has work for this worker, until the time limit. */
async function workOn({ context, workPerCallMs }: EdgeParts, taskIds: readonly string[]): Promise<void> {
  const deadline = context.clock.now() + workPerCallMs
  for (const [place, taskId] of taskIds.entries()) {
    // The remaining tasks get an equal share of the remaining time.
    const now = context.clock.now()
    const share = (deadline - now) / (taskIds.length - place)
    if (share <= 0) return
    await runTask(context, taskId, { deadline: now + share, waitForOthers: false })
  }
}

async function withParts(isolate: Isolate, use: (parts: EdgeParts) => Promise<void>): Promise<void> {
  const parts = openEdgeParts(isolate, () => undefined)
  try {
    await parts.setUp()
    await use(parts)
  } catch (error) {
    // The next call resumes from the checkpoints.
    parts.log.error('work on tasks failed; the next call continues from the checkpoints', { error })
  } finally {
    await parts.close()
  }
}

/** An event stream continues long after its response headers. */
function closeAfter(response: Response, close: () => void): Response {
  if (response.body === null) {
    close()
    return response
  }
  const closing = new TransformStream<Uint8Array, Uint8Array>({ flush: close, cancel: close })
  return new Response(response.body.pipeThrough(closing), response)
}
