import { describe } from 'vitest'
import { createMemoryTaskStore } from '../support/memory-task-store.ts'
import { describeTasks } from './conformance.ts'

describe('memory task store', () => {
  let passedMs = 0
  describeTasks(() => createMemoryTaskStore({ now: () => Date.now() + passedMs }), {
    changeTimes: () => void (passedMs += 3_600_000),
  })
})
