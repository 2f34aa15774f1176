import type { PgBoss, Queue, QueuePolicy } from 'pg-boss'

/** Where pg-boss keeps its tables, in the database of the tasks; it makes and migrates them itself. */
export const queueSchema = 'ingestion_queue'

/** Tickets: see ticket.ts. */
export const ticketQueue = 'ticket'
/** Calls to the callback URLs of tasks that ended. */
export const callbackQueue = 'callback'
/** How long it is known how a callback fared, seconds. */
export const callbackRetentionSeconds = 7 * 86_400
/** What is done from time to time, by one process of all. */
export const upkeepQueue = 'upkeep'

/** A turn lasts some minutes at most, and may be followed by a step that can't be left half done. */
const longestTurnSeconds = 15 * 60
/** The smallest that pg-boss takes. The sweep notices a silent worker sooner, where leases are shorter. */
const minHeartbeatSeconds = 10

/** Makes the queues where they are missing. */
export async function createQueues(boss: PgBoss, leaseMs: number): Promise<void> {
  // One ticket for each slot of a task, waiting or taken: that is the limit of workers for one task.
  await createQueue(boss, ticketQueue, 'exclusive', {
    notify: true,
    heartbeatSeconds: Math.max(minHeartbeatSeconds, Math.ceil(leaseMs / 1_000)),
    expireInSeconds: longestTurnSeconds,
    // A ticket that is used up is of no interest, and there is one for every turn.
    deleteAfterSeconds: 60,
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
  await createQueue(boss, upkeepQueue, 'exclusive', {
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
