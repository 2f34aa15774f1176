export type {
  Action,
  CheckContext,
  Estimates,
  Forecast,
  ItemContext,
  PhaseHandler,
  PlanContext,
  Reservation,
  StepContext,
  TaskContext,
  WorkResult,
} from './action.ts'
export { balance, noCounts } from './counts.ts'
export { createDrizzleTaskStore } from './drizzle-task-store.ts'
export type { AliasMove, ModelLock } from './model-lock.ts'
export { applyIngestionMigrations, checkTaskSchema, migrateTaskStore } from './migrate.ts'
export { toStoredKey } from './idempotency-key.ts'
export { createReuse } from './reuse.ts'
export { runTask, type RunOptions, type RunResult } from './run-task.ts'
export { submitTask, type SubmitOptions } from './submit-task.ts'
export { toTaskError } from './task-error.ts'
export { isActive } from './task-state.ts'
export type {
  EventQuery,
  TaskEvent as StoredTaskEvent,
  TaskItem as StoredTaskItem,
  TaskRate as StoredTaskRate,
  TaskStatistics,
  TaskTotal,
} from './task-history.ts'
export type {
  ActionState,
  Caller,
  Finished,
  IndexRecord,
  Json,
  Lease,
  NextStep,
  TaskLimits,
  TaskMatches,
  TaskQuery,
  TaskRecord,
  TaskResult,
  TaskStore,
  TaskSummary as StoredTaskSummary,
} from './task-store.ts'
export { toMicros } from './task-place.ts'
