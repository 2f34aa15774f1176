import { expect, test } from 'vitest'
import { createTaskId, isTaskId } from './task-id.ts'

test('a task has an id of its own that begins with its time', () => {
  const ids = Array.from({ length: 1_000 }, () => createTaskId(0x0123_4567_89ab))
  expect(new Set(ids).size).toBe(1_000)
  expect(ids.every(isTaskId)).toBe(true)
  for (const id of ids) expect(id).toMatch(/^01234567-89ab-7[\da-f]{3}-[89ab]/)
})
