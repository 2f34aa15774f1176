import { z } from 'zod'

/**
 * A ticket says: work on this task for a turn. What there is to do, how far it is, and who does it stand in the
 * task store; so tickets are interchangeable, and one that is lost, sent twice or late does no harm.
 */
const ticketSchema = z.object({
  taskId: z.uuid(),
  /** Which of the workers that a task may have at once. Slot 0 is there for as long as the task is active. */
  slot: z.int().min(0),
  /** Turns in a row that threw. */
  failures: z.int().min(0),
})

export type Ticket = z.infer<typeof ticketSchema>

/** A ticket that is to be sent, to be taken after `delayMs` at the earliest. */
export interface NewTicket extends Ticket {
  delayMs: number
}

export function firstTicket(taskId: string, delayMs = 0): NewTicket {
  return { taskId, slot: 0, failures: 0, delayMs }
}

/** @throws ZodError for what is no ticket: another program wrote into the queue */
export function parseTicket(data: unknown): Ticket {
  return ticketSchema.parse(data)
}

/**
 * As a job of the queue. The key lets a slot have one ticket in the queue, waiting or taken. By its priority every
 * task gets its first worker before another gets its second; those of one rank are taken in the order they came.
 */
export function toJob({ delayMs, ...ticket }: NewTicket) {
  return {
    data: ticket,
    singletonKey: `${ticket.taskId}/${ticket.slot}`,
    priority: -ticket.slot,
    startAfter: delayMs / 1_000,
  }
}
