import type { JobAttempt, PgBoss } from 'pg-boss'
import { z } from 'zod'
import { taskQueue } from './queues.ts'

const taskJobSchema = z.object({
  taskId: z.uuid(),
  /** Which of the workers that a task may have at once. Slot 0 has a job for as long as the task is active. */
  slot: z.int().min(0),
})

/**
 * A job asks for one time slice of work on a task. What there is to do, how far it is and who holds it is in the task
 * store alone, so a job that is lost, late or sent twice does no harm. A job that has been worked on is deleted.
 */
export type TaskJob = z.infer<typeof taskJobSchema>

/** The most that pg-boss lists at once. */
const maxJobs = 100_000

/** Adds jobs, to start after `delayMs` at the earliest. A worker slot that has a job already gets no second one. */
export async function enqueue(boss: PgBoss, jobs: readonly TaskJob[], delayMs = 0): Promise<void> {
  if (jobs.length === 0) return
  const inserts = jobs.map((job) => ({
    data: job,
    // Unique among the jobs that wait or are active: see the queue's policy.
    singletonKey: toKey(job),
    // Every task gets its first worker before another gets its second; equals start in their order.
    priority: -job.slot,
    startAfter: delayMs / 1_000,
    // One for all, so that pg-boss counts the active jobs of all processes.
    group: { id: 'cluster' },
  }))
  await boss.insert(taskQueue, inserts)
}

/** Has a task worked on by up to `workers` workers, by the first of them as soon as one is free. */
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
  // First, because its slot has one job only. After a crash in between the reconcile loop adds what is missing.
  await boss.deleteJob(taskQueue, active)
  await enqueue(boss, jobs, delayMs)
}

/** Whether a job of another task waits that would start before this one, if this one were put back now. */
export async function hasWaiting(boss: PgBoss, { taskId, slot }: TaskJob): Promise<boolean> {
  const waiting = await boss.findJobs<TaskJob>(taskQueue, { queued: true, limit: maxJobs })
  const now = await readClock(boss)
  return waiting.some(
    ({ data, startAfter }) => data.taskId !== taskId && data.slot <= slot && startAfter.getTime() <= now,
  )
}

/** Number of active jobs, of all processes. */
export async function countActive(boss: PgBoss): Promise<number> {
  return (await listActive(boss)).length
}

/** Has the jobs of workers that have been silent for so long done by others, at once. */
export async function retrySilent(boss: PgBoss, silentMs: number): Promise<void> {
  const active = await listActive(boss)
  const since = (await readClock(boss)) - silentMs
  const silent = active.filter(({ heartbeatOn }) => heartbeatOn !== null && heartbeatOn.getTime() < since)
  if (silent.length === 0) return
  await boss.fail(taskQueue, silent)
  for (const { id } of silent) await boss.update(taskQueue, undefined, { id, startAfter: 0 })
}

/** @throws ZodError for what is no job of ours: another program wrote into the queue */
export function parseTaskJob(data: unknown): TaskJob {
  return taskJobSchema.parse(data)
}

const toKey = ({ taskId, slot }: TaskJob) => `${taskId}/${slot}`

async function listActive(boss: PgBoss) {
  const jobs = await boss.findJobs<TaskJob>(taskQueue, { limit: maxJobs })
  return jobs.filter(({ state }) => state === 'active')
}

/** The database's clock, by which all times of jobs are; milliseconds since the epoch. */
async function readClock(boss: PgBoss): Promise<number> {
  const { rows } = await boss.getDb().executeSql('select now() as now')
  return z
    .tuple([z.object({ now: z.date() })])
    .parse(rows)[0]
    .now.getTime()
}
