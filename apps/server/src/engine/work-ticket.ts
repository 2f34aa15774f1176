import {
  classifyError,
  TaskNotFoundError,
  unavailableService,
  type Clock,
  type RunResult,
  type TaskRecord,
} from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'
import { firstTicket, type NewTicket, type Ticket } from './ticket.ts'
import { startTurn, type TurnOptions } from './turn.ts'

const firstRetryMs = 1_000
const maxRetryMs = 60_000

interface RunTurnOptions {
  signal: AbortSignal
  /** Called for each item that is taken, with the number of the stage it belongs to. */
  onItem(stage: number): void
}

/** Works on a task until it ended, the signal aborted, or there is nothing to do for this worker at the moment. */
export type RunTurn = (taskId: string, options: RunTurnOptions) => Promise<RunResult>

export interface TicketWork extends Omit<TurnOptions, 'signal'> {
  runTurn: RunTurn
  /** Sends the tickets for the other workers that a task may have. Returns at once. */
  invite(ticket: Ticket): void
  clock: Clock
  log: Logger
}

/** What is left to be done when a turn is over: tickets to be sent, or to tell that the task has ended. */
export type TurnOutcome = { kind: 'ended'; task: TaskRecord } | { kind: 'goes_on'; tickets: NewTicket[] }

/** Works on a ticket's task for a turn. Never throws: a task whose turn threw is tried again, later each time. */
export async function workTicket(
  ticket: Ticket,
  work: TicketWork,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  const turn = startTurn({ ...work, signal })
  let invitedFor: number | null = null
  try {
    const result = await work.runTurn(ticket.taskId, {
      signal: turn.signal,
      onItem(stage) {
        // Once a stage: while it lasts, its items only get fewer.
        if (stage !== invitedFor) work.invite(ticket)
        invitedFor = stage
      },
    })
    if (!result.paused) return { kind: 'ended', task: result.task }
    if (turn.signal.aborted) return { kind: 'goes_on', tickets: goOn(ticket) }
    return { kind: 'goes_on', tickets: comeBack(ticket, result.waitMs) }
  } catch (thrown) {
    return { kind: 'goes_on', tickets: tryAgain(ticket, thrown, work.log) }
  } finally {
    turn.end()
  }
}

/** To the end of the queue, and with it the ticket that every active task has. */
function goOn({ taskId, slot }: Ticket): NewTicket[] {
  const tickets = [firstTicket(taskId)]
  return slot === 0 ? tickets : [...tickets, { taskId, slot, failures: 0, delayMs: 0 }]
}

/** Others hold all items, or a service is away: one worker that looks again is enough. It invites the others. */
function comeBack({ taskId, slot }: Ticket, waitMs: number): NewTicket[] {
  return slot === 0 ? [firstTicket(taskId, waitMs)] : []
}

function tryAgain(ticket: Ticket, thrown: unknown, log: Logger): NewTicket[] {
  if (thrown instanceof TaskNotFoundError) return []
  const failures = ticket.failures + 1
  const delayMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10))
  const error = classifyError(thrown)
  const fields = { task_id: ticket.taskId, slot: ticket.slot, failures, retry_ms: delayMs, error }
  const level = unavailableService(error) === null ? 'error' : 'warn'
  log[level]('a turn of work on a task broke off; it is tried again', fields)
  return ticket.slot === 0 ? [{ ...ticket, failures, delayMs }] : []
}
