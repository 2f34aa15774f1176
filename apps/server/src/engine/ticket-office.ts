import type { JobAttempt, PgBoss } from 'pg-boss'
import { queueSchema, ticketQueue } from './queues.ts'
import { firstTicket, parseTicket, toJob, type NewTicket, type Ticket } from './ticket.ts'

/** All tickets are of one group, so that pg-boss counts those that are taken in the whole cluster. */
const group = { id: 'cluster' }
/** More than this many waiting tickets need not be looked at to know that somebody waits. */
const maxLookedAt = 100

/** Sends tickets and answers what is known of those under way; the queues are there. */
export interface TicketOffice {
  /** Those for a slot that has one already are left out. */
  send(tickets: readonly NewTicket[]): Promise<void>
  /** Has a task worked on as soon as there is room: a first ticket that was to come later comes now. */
  call(taskId: string): Promise<void>
  /** Invites as many other workers to a ticket's task as it may have. */
  invite(ticket: Ticket): Promise<void>
  /** Gives a taken ticket back and sends others in its place. */
  replace(taken: JobAttempt, tickets: readonly NewTicket[]): Promise<void>
  /** Whether a ticket for another task could be taken now, if there were room. */
  othersWait(taskId: string): Promise<boolean>
  /** Number of tickets that are taken, in the whole cluster. */
  countTaken(): Promise<number>
  /** Voids the tickets of workers that were silent for so long. @returns their tasks */
  voidSilent(silentMs: number): Promise<string[]>
}

export function createTicketOffice(boss: PgBoss, maxWorkersPerTask: number): TicketOffice {
  async function send(tickets: readonly NewTicket[]): Promise<void> {
    if (tickets.length === 0) return
    await boss.insert(
      ticketQueue,
      tickets.map((ticket) => ({ ...toJob(ticket), group })),
    )
  }

  async function call(taskId: string): Promise<void> {
    const first = firstTicket(taskId)
    await send([first])
    await boss.update(ticketQueue, undefined, { singletonKey: toJob(first).singletonKey, startAfter: 0 })
  }

  return {
    send,
    call,
    async invite({ taskId, slot }) {
      const others = Array.from({ length: maxWorkersPerTask }, (_, other) => ({
        ...firstTicket(taskId),
        slot: other,
      })).filter((other) => other.slot !== slot)
      await send(others)
      if (slot !== 0) await call(taskId)
    },
    async replace(taken, tickets) {
      // First, for a slot has one ticket only. Whoever dies in between leaves the rest to the sweep.
      await boss.complete(ticketQueue, taken)
      await send(tickets)
    },
    async othersWait(taskId) {
      const waiting = await boss.findJobs<Ticket>(ticketQueue, { queued: true, limit: maxLookedAt })
      const now = Date.now()
      return waiting.some(({ data, startAfter }) => data.taskId !== taskId && startAfter.getTime() <= now)
    },
    async countTaken() {
      const { rows } = await boss
        .getDb()
        .executeSql(
          `select count(*)::int as taken from ${queueSchema}.job where name = $1 and state = 'active'`,
          [ticketQueue],
        )
      return (rows as { taken: number }[])[0]?.taken ?? 0
    },
    async voidSilent(silentMs) {
      const { rows } = await boss.getDb().executeSql(
        `select id, retry_count as "retryCount", data from ${queueSchema}.job
          where name = $1 and state = 'active' and heartbeat_on < now() - $2 * interval '1 millisecond'`,
        [ticketQueue, silentMs],
      )
      const silent = rows as (JobAttempt & { data: unknown })[]
      if (silent.length > 0) await boss.cancel(ticketQueue, silent)
      return silent.map(({ data }) => parseTicket(data).taskId)
    },
  }
}
