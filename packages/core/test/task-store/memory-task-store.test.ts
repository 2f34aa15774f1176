import { describe } from 'vitest'
import { createMemoryTaskStore } from '../support/memory-task-store.ts'
import { describeTasks } from './conformance.ts'

describe('memory task store', () => {
  describeTasks(() => createMemoryTaskStore())
})
