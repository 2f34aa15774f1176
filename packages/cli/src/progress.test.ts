import type { Task } from '@ingestion-server/sdk'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { createCliStreams } from '../test/support/cli-streams.ts'
import { createProgress } from './progress.ts'

type Seen = Pick<Task, 'progress' | 'phase' | 'status' | 'rate' | 'etaSeconds' | 'waiting'>

function seen(changes: Partial<Seen>, read = 1_234): Task {
  const dropped = { deleted: 0, removedFromSource: 0 }
  const counts = { planned: 2_900, read, indexed: read, dropped, failed: 0 }
  const task = {
    progress: 42,
    phase: 'loading',
    status: 'running',
    rate: 12_345.6,
    etaSeconds: 3,
    waiting: null,
  }
  return { ...task, counts, ...changes } as Task // no other field is shown
}

const waiting = {
  for: 'opensearch',
  reason: 'connection refused',
  since: '2026-11-24T04:00:00Z',
  nextAttemptAt: '2026-11-24T04:00:05Z',
} as const

test('a terminal shows one bar, which is redrawn and removed at the end', async () => {
  const { io, err } = createCliStreams({ tty: true })
  const progress = createProgress(io, false)
  progress.show(seen({}))
  await expect
    .poll(() => stripVTControlCharacters(err()))
    .toContain('██████████░░░░░░░░░░░░░░  42% loading, 1,234 of 2,900 rows, 12,346/s, 3 s left')
  progress.show(seen({ waiting }))
  await expect.poll(err).toContain('waiting for opensearch: connection refused')
  const before = err().length
  progress.end()
  // Both lines are cleared.
  await expect.poll(() => err().slice(before)).toContain('\u001B[2K')
})

test('other output gets a line for each phase, each tenth, and each outage', async () => {
  const { io, err } = createCliStreams()
  const progress = createProgress(io, false)
  progress.show(seen({ status: 'queued', phase: 'planning', progress: 0, rate: null, etaSeconds: null }, 0))
  for (let percent = 0; percent <= 25; percent++) progress.show(seen({ progress: percent }))
  progress.show(seen({ progress: 25, waiting }))
  progress.show(seen({ progress: 25, waiting }))
  progress.show(seen({ progress: 99, phase: 'catching_up', etaSeconds: null }))
  progress.end()
  const what = '1,234 of 2,900 rows, 12,346/s'
  await expect
    .poll(() => err().split('\n'))
    .toEqual([
      '  0% queued',
      `  0% loading, ${what}, 3 s left`,
      ` 10% loading, ${what}, 3 s left`,
      ` 20% loading, ${what}, 3 s left`,
      ` 25% loading, ${what}, 3 s left`,
      '     waiting for opensearch: connection refused',
      ` 99% catching up, ${what}`,
      '',
    ])
})

test('nothing is printed for programs that read JSON', () => {
  const { io, err } = createCliStreams()
  createProgress(io, true).show(seen({}))
  expect(err()).toBe('')
})

test("text of the server can't control the terminal", async () => {
  const { io, err } = createCliStreams()
  createProgress(io, false).show(seen({ waiting: { ...waiting, reason: '\u001B[2Jgone' } }))
  await expect.poll(err).toContain('\u{FFFD}[2Jgone')
  expect(err()).not.toContain('\u001B')
})
