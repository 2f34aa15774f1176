import type { JobAttempt, JobWithMetadata, PgBoss } from 'pg-boss'
import { z } from 'zod'
import { taskQueue } from './queues.ts'

/** Another program may have written into the queue. */
export const taskJobSchema = z.object({
  taskId: z.uuid(),
  /** Number of the worker slot of a task. Slot 0 has a job while the task is active. */
  slot: z.int().min(0),
})

/**
 * A job requests one time slice of work on a task. Pending work, progress and leases are in the task
 * store alone, so a job that is lost, late or sent twice does no harm. A completed job is deleted.
 */
export type TaskJob = z.infer<typeof taskJobSchema>

/** Maximum number of jobs that pg-boss lists at once. */
export const maxJobs = 100_000
/** If any job can start, one of this many oldest jobs usually can; those that can't wait for a service. */
const oldestJobs = 100

/** Adds jobs, to start after at least `delayMs`. A worker slot that already has a job gets no second one. */
export async function enqueue(boss: PgBoss, jobs: readonly TaskJob[], delayMs = 0): Promise<void> {
  if (jobs.length === 0) return
  const inserts = jobs.map((job) => ({
    data: job,
    // Unique among waiting and active jobs: see the queue's policy.
    singletonKey: toKey(job),
    // Every task gets its first worker before any gets its second; equal priorities start in order.
    priority: -job.slot,
    startAfter: delayMs / 1_000,
    // One group for all jobs, so that pg-boss counts the active jobs of all processes.
    group: { id: 'cluster' },
  }))
  await boss.insert(taskQueue, inserts)
}

/** Enqueues work on a task for up to `workers` workers; the first starts as soon as one is free. */
export async function notify(boss: PgBoss, taskId: string, workers = 1): Promise<void> {
  await enqueue(
    boss,
    Array.from({ length: workers }, (_, slot) => ({ taskId, slot })),
  )
  await boss.update(taskQueue, undefined, { singletonKey: toKey({ taskId, slot: 0 }), startAfter: 0 })
}

/** Ends an active job and adds others in its place. */
export async function replace(
  boss: PgBoss,
  active: JobAttempt,
  jobs: readonly TaskJob[],
  delayMs?: number,
): Promise<void> {
  // First, because a slot has only one job. After a crash in between the reconcile loop adds the missing jobs.
  await boss.deleteJob(taskQueue, active)
  await enqueue(boss, jobs, delayMs)
}

/** Whether a job of another task would start before this one if this one were put back now. */
export async function hasWaiting(boss: PgBoss, { taskId, slot }: TaskJob): Promise<boolean> {
  // Jobs of other slots start after those of slot 0.
  const filter = { queued: true, ...(slot === 0 && { data: { slot } }) }
  for (const limit of [oldestJobs, maxJobs]) {
    const waiting = await boss.findJobs<TaskJob>(taskQueue, { ...filter, limit })
    const now = await readClock(boss)
    const isNext = ({ data, startAfter }: JobWithMetadata<TaskJob>) =>
      data.taskId !== taskId && data.slot <= slot && startAfter.getTime() <= now
    if (waiting.some(isNext)) return true
    if (waiting.length < limit) return false
  }
  // Not known. Putting a job back loses no work.
  return true
}

/**
 * Number of active jobs of all processes.
 *
 * @throws Error as listActive
 */
export async function countActive(boss: PgBoss, pageSize?: number): Promise<number> {
  return (await listActive(boss, pageSize)).length
}

/**
 * Makes the jobs of workers without a heartbeat for this long available to others immediately.
 *
 * @throws Error as listActive
 */
export async function retrySilent(boss: PgBoss, silentMs: number): Promise<void> {
  const active = await listActive(boss)
  const since = (await readClock(boss)) - silentMs
  const silent = active.filter(({ heartbeatOn }) => heartbeatOn !== null && heartbeatOn.getTime() < since)
  if (silent.length === 0) return
  await boss.fail(taskQueue, silent)
  for (const { id } of silent) await boss.update(taskQueue, undefined, { id, startAfter: 0 })
}

const toKey = ({ taskId, slot }: TaskJob) => `${taskId}/${slot}`

/**
 * Reads every job of the queue, because pg-boss can't filter by this state.
 *
 * @throws Error if the last job of a page is gone when the next page is read
 */
async function listActive(boss: PgBoss, limit = maxJobs): Promise<JobWithMetadata<TaskJob>[]> {
  const active: JobWithMetadata<TaskJob>[] = []
  let page: JobWithMetadata<TaskJob>[] = []
  do {
    const last = page.at(-1)
    page = await boss.findJobs<TaskJob>(taskQueue, { limit, ...(last && { after: last.id }) })
    active.push(...page.filter(({ state }) => state === 'active'))
  } while (page.length === limit)
  return active
}

/** The database's clock, which sets all times of jobs; milliseconds since the epoch. */
async function readClock(boss: PgBoss): Promise<number> {
  const { rows } = await boss.getDb().executeSql('select now() as now')
  return z
    .tuple([z.object({ now: z.date() })])
    .parse(rows)[0]
    .now.getTime()
}
