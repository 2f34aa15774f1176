import {
  DatabaseUnavailableError,
  systemClock,
  TaskNotFoundError,
  type TaskRecord,
} from '@ingestion-server/core'
import { expect, test } from 'vitest'
import { collectLines } from '../../test/support/collect-lines.ts'
import type { Ticket } from './ticket.ts'
import { workTicket, type RunTurn } from './work-ticket.ts'

const taskId = '0198a7c2-0000-7000-8000-000000000001'
const first: Ticket = { taskId, slot: 0, failures: 0 }
const third: Ticket = { taskId, slot: 2, failures: 0 }

async function work(ticket: Ticket, runTurn: RunTurn, signal = new AbortController().signal) {
  const { log, lines } = collectLines()
  const invitations: Ticket[] = []
  const outcome = await workTicket(
    ticket,
    {
      runTurn,
      invite: (from) => void invitations.push(from),
      othersWait: async () => false,
      turnMs: 60_000,
      maxTurnMs: 60_000,
      clock: systemClock,
      log,
    },
    signal,
  )
  return { outcome, lines, invitations }
}

test('a task that ended needs no further ticket', async () => {
  // Only that it is handed on matters.
  const task = { id: taskId } as TaskRecord
  const { outcome } = await work(first, async () => ({ paused: false, task }))
  expect(outcome).toEqual({ kind: 'ended', task })
})

test('a task that is not there needs none either', async () => {
  const { outcome, lines } = await work(first, () => Promise.reject(new TaskNotFoundError(taskId)))
  expect(outcome).toEqual({ kind: 'goes_on', tickets: [] })
  expect(lines).toEqual([])
})

test('after a turn that was cut short both the worker and the first of the task go to the end of the queue', async () => {
  const stopping = new AbortController()
  const cutShort: RunTurn = async (_, { signal }) => {
    stopping.abort()
    expect(signal.aborted).toBe(true)
    return { paused: true, waitMs: 0 }
  }
  const { outcome } = await work(third, cutShort, stopping.signal)
  expect(outcome).toEqual({
    kind: 'goes_on',
    tickets: [
      { ...first, delayMs: 0 },
      { ...third, delayMs: 0 },
    ],
  })
})

test('while others hold what is left, the first worker looks again and the rest leaves', async () => {
  const nothingToDo: RunTurn = async () => ({ paused: true, waitMs: 4_000 })
  expect((await work(first, nothingToDo)).outcome).toEqual({
    kind: 'goes_on',
    tickets: [{ ...first, delayMs: 4_000 }],
  })
  expect((await work(third, nothingToDo)).outcome).toEqual({ kind: 'goes_on', tickets: [] })
})

test('whoever gets an item invites others, once a stage', async () => {
  const { invitations } = await work(first, async (_, { onItem }) => {
    for (const stage of [1, 1, 1, 2, 2]) onItem(stage)
    return { paused: true, waitMs: 0 }
  })
  expect(invitations).toEqual([first, first])
})

test('a turn that throws is logged and tried again, later each time and a minute later at most', async () => {
  const delays: number[] = []
  let ticket = first
  for (let turn = 0; turn < 9; turn++) {
    const { outcome, lines } = await work(ticket, () => Promise.reject(new Error('a mistake')))
    expect(lines).toMatchObject([{ level: 'error', task_id: taskId, failures: turn + 1 }])
    if (outcome.kind !== 'goes_on' || outcome.tickets[0] === undefined)
      throw new Error('the task was dropped')
    const { delayMs, ...next } = outcome.tickets[0]
    delays.push(delayMs)
    ticket = next
  }
  expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000))
})

test('a database that is away is no error of the program', async () => {
  const { lines } = await work(first, () => Promise.reject(new DatabaseUnavailableError('away')))
  expect(lines).toMatchObject([{ level: 'warn', error: { code: 'database_unavailable' } }])
})
