import type { TaskRecord } from '@ingestion-server/core'
import type { Job } from 'pg-boss'
import type { Logger } from '../observability/log.ts'
import { announceEnd, startCallbacks } from './callbacks.ts'
import { ticketQueue } from './queues.ts'
import { startSweeping } from './sweep.ts'
import { firstTicket, parseTicket, type Ticket } from './ticket.ts'
import { startUpkeep } from './upkeep.ts'
import { workTicket, type TicketWork } from './work-ticket.ts'
import type { Working } from './working.ts'

/** What is waiting is looked at this often, where no notification came: tickets with a delay, a lost connection. */
const pollSeconds = 1
/** After so long a worker gives its ticket back though nobody waits, so that no job of the queue is held for ever. */
const maxTurnMs = 5 * 60_000

/** Takes tickets and works on them, until `stopping` aborts and pg-boss is stopped. */
export async function startWorking(working: Working): Promise<void> {
  const { boss, worker, leaseMs } = working
  const { clusterMaxWorkers } = worker
  const options = {
    pollingIntervalSeconds: pollSeconds,
    notifyPollingIntervalSeconds: pollSeconds,
    heartbeatRefreshSeconds: leaseMs / 3_000,
    ...(clusterMaxWorkers !== null && { groupConcurrency: clusterMaxWorkers }),
  }
  startSweeping(working)
  if (worker.deliverCallback) await startCallbacks(boss, { ...working, deliver: worker.deliverCallback })
  const upkeep = [worker.repair, worker.removeOld].filter((step) => step !== null)
  if (upkeep.length > 0) await startUpkeep(boss, { ...working, steps: upkeep })
  // One after the other rather than pg-boss's own number of workers: so each can be woken by its name.
  for (let count = 0; count < worker.maxConcurrent; count++) {
    const name: { id?: string } = {}
    name.id = await boss.work(ticketQueue, options, async ([job]: Job[]) => {
      if (job) await takeTicket(working, job)
      // There may be more: without this it would look again when its polling interval is over.
      if (name.id !== undefined) boss.notifyWorker(name.id)
    })
  }
}

async function takeTicket(working: Working, job: Job): Promise<void> {
  const { boss, office, worker, stopping, log } = working
  const ticket = parseTicket(job.data)
  const { clusterMaxWorkers } = worker
  if (stopping.aborted) return office.replace(job, [{ ...ticket, delayMs: 0 }])
  if (clusterMaxWorkers !== null && (await office.countTaken()) > clusterMaxWorkers)
    return office.replace(job, [{ ...ticket, delayMs: standBackMs() }])

  const outcome = await workTicket(ticket, toWork(working, ticket), AbortSignal.any([stopping, job.signal]))
  if (outcome.kind === 'goes_on') return office.replace(job, outcome.tickets)
  // The ticket that every active task has: so it is said once, however many workers had a part in it.
  if (ticket.slot === 0) logEnd(log, outcome.task)
  // Before the ticket is given back: should this process die in between, another gets the ticket and does it again.
  if (worker.deliverCallback) await announceEnd(boss, outcome.task)
  await office.replace(job, [])
  // Whoever made the task active again while this ticket was still taken could send none.
  if (isActive(await worker.getTask(ticket.taskId))) await office.send([firstTicket(ticket.taskId)])
}

function logEnd(log: Logger, task: TaskRecord): void {
  const { id, requestId, model, action, index, status, attempt, counts, error } = task
  const write = status === 'failed' ? log.warn : log.info
  write('task ended', {
    task_id: id,
    ...(requestId !== null && { request_id: requestId }),
    ...{ model, action, index, status, attempt, counts },
    ...(error && { error }),
  })
}

/**
 * The limit was kept when the ticket was taken, but others may have taken one at the same instant. Everybody counts
 * again after that, so that the last of them sees all; those that see too many come back at different times.
 */
function standBackMs(): number {
  return 200 + Math.random() * 800
}

function toWork({ office, worker, clock, log, logError }: Working, { taskId }: Ticket): TicketWork {
  return {
    runTurn: worker.runTurn,
    invite: (ticket) =>
      void office
        .invite(ticket)
        .catch((error: unknown) => logError('no other workers could be invited', error)),
    othersWait: () => office.othersWait(taskId),
    turnMs: worker.turnMs,
    maxTurnMs,
    clock,
    log,
  }
}

function isActive(task: TaskRecord | null): boolean {
  return task?.status === 'queued' || task?.status === 'running'
}
