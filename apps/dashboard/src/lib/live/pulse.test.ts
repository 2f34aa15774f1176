import { expect, test } from 'vitest'
import { endedSince, faviconOf, iconStateOf, type Pulse } from './pulse.ts'

const pulse = (changes: Partial<Pulse> = {}): Pulse => ({ running: 0, failing: 0, recent: [], ...changes })

test.each([
  [null, 'unavailable'],
  [pulse(), 'idle'],
  [pulse({ running: 2 }), 'running'],
  [pulse({ running: 1, failing: 1 }), 'failed'],
] as const)('the icon of %j is %s, and differs from the others', (now, state) => {
  expect(iconStateOf(now)).toBe(state)
  const icons = (['idle', 'running', 'failed', 'unavailable'] as const).map(faviconOf)
  expect(icons.filter((icon) => icon === faviconOf(state))).toHaveLength(1)
})

test('a task that was active and has ended since is reported once, and one that is new is not', () => {
  const task = (taskId: string, status: 'running' | 'failed') => ({ taskId, title: taskId, status })
  const before = pulse({ recent: [task('a', 'running'), task('b', 'running'), task('old', 'failed')] })
  const now = pulse({
    recent: [task('new', 'failed'), task('a', 'failed'), task('b', 'running'), task('old', 'failed')],
  })
  expect(endedSince(before, now).map(({ taskId }) => taskId)).toEqual(['a'])
  expect(endedSince(now, now)).toEqual([])
  expect(endedSince(null, now)).toEqual([])
})
