import type { PgBoss } from 'pg-boss'

/** Where pg-boss keeps its tables, in the database of the tasks; it makes and migrates them itself. */
export const queueSchema = 'ingestion_queue'

/** Tickets: see ticket.ts. */
export const ticketQueue = 'ticket'

/** A turn lasts some minutes at most, and may be followed by a step that can't be left half done. */
const longestTurnSeconds = 15 * 60
/** The smallest that pg-boss takes. The sweep notices a silent worker sooner, where leases are shorter. */
const minHeartbeatSeconds = 10

/** Makes the queues where they are missing. */
export async function createQueues(boss: PgBoss, leaseMs: number): Promise<void> {
  const changeable = {
    notify: true,
    heartbeatSeconds: Math.max(minHeartbeatSeconds, Math.ceil(leaseMs / 1_000)),
    expireInSeconds: longestTurnSeconds,
    // A ticket that is used up is of no interest, and there is one for every turn.
    deleteAfterSeconds: 60,
  }
  // One ticket for each slot of a task, waiting or taken: that is the limit of workers for one task.
  await boss.createQueue(ticketQueue, { policy: 'exclusive', ...changeable })
  await boss.updateQueue(ticketQueue, changeable)
}
