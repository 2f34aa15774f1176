import type { PgBoss, Queue, QueuePolicy } from 'pg-boss'

/** Where pg-boss keeps its tables, in the database of the tasks; it makes and migrates them itself. */
export const queueSchema = 'ingestion_queue'

/** Jobs that ask for work on a task: see job-queue.ts. */
export const taskQueue = 'task'
/** Calls to the callback URLs of tasks that ended. */
export const callbackQueue = 'callback'
/** How long it is known how a callback fared, seconds. */
export const callbackRetentionSeconds = 7 * 86_400
/** What one of all processes does once a minute: see maintenance.ts. */
export const maintenanceQueue = 'maintenance'

/** A time slice lasts some minutes at most, and may be followed by a step that can't be left half done. */
const longestSliceSeconds = 15 * 60
/** The smallest that pg-boss takes. The reconcile loop notices a silent worker sooner, where leases are shorter. */
const minHeartbeatSeconds = 10
/** The largest that pg-boss takes. */
const unlimited = 2 ** 31 - 1

/** Makes the queues where they are missing. */
export async function createQueues(boss: PgBoss, leaseMs: number): Promise<void> {
  // One job for each worker slot of a task, waiting or active: that is the limit of workers for one task.
  await createQueue(boss, taskQueue, 'exclusive', {
    notify: true,
    heartbeatSeconds: Math.max(minHeartbeatSeconds, Math.ceil(leaseMs / 1_000)),
    expireInSeconds: longestSliceSeconds,
    // A job whose slice failed, or whose worker died, is tried again after 1 to 2 s, 2 to 4 s, … a minute.
    retryLimit: unlimited,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
  })
  await createQueue(boss, callbackQueue, 'standard', {
    notify: true,
    // After half a minute, a minute, … an hour: for about five hours.
    retryLimit: 10,
    retryDelay: 30,
    retryBackoff: true,
    retryDelayMax: 3_600,
    expireInSeconds: 60,
    // For as long as a job is kept, a second one of its id is not made.
    deleteAfterSeconds: callbackRetentionSeconds,
  })
  await createQueue(boss, maintenanceQueue, 'exclusive', {
    retryLimit: 0,
    expireInSeconds: 300,
    deleteAfterSeconds: 600,
  })
}

type QueueOptions = Omit<Queue, 'name' | 'policy'>

async function createQueue(boss: PgBoss, name: string, policy: QueuePolicy, options: QueueOptions) {
  await boss.createQueue(name, { policy, ...options })
  // One that was there keeps what it was made with.
  await boss.updateQueue(name, options)
}
