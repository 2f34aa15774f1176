export { readScheduledTask } from './read-task.ts'
export { createTaskHandle, type RequestOptions, type TaskHandle } from './task-handle.ts'
export { createTasks, type Tasks } from './tasks.ts'
export type { WaitOptions } from './wait-for-task.ts'
