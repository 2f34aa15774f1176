import type { PgBoss, Queue, QueuePolicy } from 'pg-boss'

/** Schema of pg-boss's tables in the task database; pg-boss creates and migrates them. */
export const queueSchema = 'ingestion_queue'

/** Jobs that request work on a task: see job-queue.ts. */
export const taskQueue = 'task'
/** Webhooks of tasks that have ended. */
export const webhookQueue = 'callback'
/** How long the result of a webhook is kept, seconds. */
export const webhookRetentionSeconds = 7 * 86_400
/** Runs once a minute in one of all processes: see maintenance.ts. */
export const maintenanceQueue = 'maintenance'

/** A time slice lasts some minutes at most, and may be followed by a step that must not be interrupted. */
const longestSliceSeconds = 15 * 60
/** The minimum of pg-boss. Where leases are shorter, the reconcile loop notices a silent worker sooner. */
const minHeartbeatSeconds = 10
/** The maximum of pg-boss. */
const unlimited = 2 ** 31 - 1

/** Creates missing queues. */
export async function createQueues(boss: PgBoss, leaseMs: number): Promise<void> {
  // One job for each worker slot of a task, waiting or active: that is the limit of workers for one task.
  await createQueue(boss, taskQueue, 'exclusive', {
    notify: true,
    heartbeatSeconds: Math.max(minHeartbeatSeconds, Math.ceil(leaseMs / 1_000)),
    expireInSeconds: longestSliceSeconds,
    // A job whose slice failed, or whose worker died, is retried after 1 to 2 s, 2 to 4 s, … a minute.
    retryLimit: unlimited,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
  })
  await createQueue(boss, webhookQueue, 'standard', {
    notify: true,
    // After half a minute, a minute, … an hour: for about five hours.
    retryLimit: 10,
    retryDelay: 30,
    retryBackoff: true,
    retryDelayMax: 3_600,
    expireInSeconds: 60,
    // While a job is kept, a second one with its id is not created.
    deleteAfterSeconds: webhookRetentionSeconds,
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
  // An existing queue keeps its original options.
  await boss.updateQueue(name, options)
}
