export type { Action, ItemContext, PhaseHandler, StepContext, TaskContext, WorkResult } from './action.ts'
export { createDrizzleTaskStore } from './drizzle-task-store.ts'
export { createMemoryTaskStore } from './memory-task-store.ts'
export { migrateTaskStore } from './migrate.ts'
export { runTask, type RunOptions, type RunResult } from './run-task.ts'
export { submitTask } from './submit-task.ts'
export { toTaskError } from './task-error.ts'
export type {
  CatchUpCounts,
  Claim,
  IndexRecord,
  Json,
  Lease,
  NewTask,
  NextStep,
  Progress,
  TaskQuery,
  TaskRecord,
  TaskStore,
  VerifiedIndex,
} from './task-store.ts'
