import type { Client, Task, TaskFilter } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { endedSince } from '../live/pulse.ts'
import { readPulse } from './read-pulse.ts'

type History = Pick<Task, 'taskId' | 'status' | 'startedAt' | 'finishedAt'>[]

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 12, minute)).toISOString()

/** Lists these tasks as the server does: the longest, or the one that ended last, first. */
const listOf = (history: History): Pick<Client['tasks'], 'list'> => ({
  list: async ({ status = [], sort, pageSize = 50 }: TaskFilter = {}) => {
    const key = ({ startedAt, finishedAt }: History[number]) =>
      sort === 'longest' ? -Date.parse(startedAt ?? at(59)) : Date.parse(finishedAt ?? at(59))
    const tasks = history
      .filter((task) => [status].flat().includes(task.status))
      .sort((a, b) => key(b) - key(a))
      .slice(0, pageSize)
      .map((task) => ({ ...task, model: 'image', action: 'REINDEX', index: 'image-a', request: {} }) as Task)
    return { tasks, nextPageToken: null }
  },
})

const ended = Array.from({ length: 30 }, (_, n) => ({
  ...{ taskId: `ended-${n}`, status: 'succeeded' as const, startedAt: at(n), finishedAt: at(n + 1) },
}))

test('a task that runs is known, and so is its end, however many newer tasks have ended', async () => {
  const running = { taskId: 'old', status: 'running' as const, startedAt: at(0), finishedAt: null }
  const before = await readPulse(listOf([running, ...ended]))
  expect(before.running).toBe(1)
  expect(before.recent).toContainEqual(expect.objectContaining({ taskId: 'old', status: 'running' }))

  const after = await readPulse(listOf([{ ...running, status: 'failed', finishedAt: at(40) }, ...ended]))
  expect(after.running).toBe(0)
  expect(endedSince(before, after)).toMatchObject([{ taskId: 'old', status: 'failed' }])
})

test('tasks that run come before any number of queued ones', async () => {
  const queued = Array.from({ length: 150 }, (_, n) => ({
    ...{ taskId: `queued-${n}`, status: 'queued' as const, startedAt: null, finishedAt: null },
  }))
  const running = { taskId: 'running', status: 'running' as const, startedAt: at(0), finishedAt: null }
  expect(await readPulse(listOf([...queued, running]))).toMatchObject({ running: 1 })
})

test('a kind of task fails from its last failure until its next success', async () => {
  const task = (taskId: string, status: 'failed' | 'succeeded' | 'cancelled', minute: number) => ({
    ...{ taskId, status, startedAt: at(0), finishedAt: at(minute) },
  })
  const history: History = [task('first', 'succeeded', 1), task('second', 'failed', 2)]
  expect((await readPulse(listOf(history))).failing).toBe(1)
  history.push(task('third', 'cancelled', 3))
  expect((await readPulse(listOf(history))).failing).toBe(1)
  history.push(task('fourth', 'succeeded', 4))
  expect((await readPulse(listOf(history))).failing).toBe(0)
})
