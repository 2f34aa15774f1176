import { createMemoryTaskStore } from '../../src/tasks/memory-task-store.ts'
import { describeTaskStore } from './conformance.ts'

describeTaskStore('memory task store', () => createMemoryTaskStore())
