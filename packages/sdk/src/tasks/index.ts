export { readScheduledTask } from './read-task.ts'
export {
  createTaskHandle,
  type CancelOptions,
  type FailedDocumentOptions,
  type TaskHandle,
} from './task-handle.ts'
export type { UpdateOptions } from './task-updates.ts'
export { createTasks, type Tasks } from './tasks.ts'
export type { WaitOptions } from './wait-for-task.ts'
export type { WatchOptions } from './watch-task.ts'
