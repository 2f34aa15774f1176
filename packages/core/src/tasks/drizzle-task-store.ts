import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { lastAliasMove, listAliasMoves, recentAliasMoves, wasLive } from './drizzle/alias-moves.ts'
import { advanceTask } from './drizzle/advance-task.ts'
import { cancelTask, setLimits } from './drizzle/cancel-task.ts'
import { claimWork } from './drizzle/claim-work.ts'
import { createTask, findIdempotent } from './drizzle/create-task.ts'
import { failLeasedTask, getIndexRecord, listFilteredCopies } from './drizzle/end-task.ts'
import { listEvents } from './drizzle/events.ts'
import { summarizeFailedDocuments } from './drizzle/failed-reasons.ts'
import { countFailedDocuments, listFailedDocuments } from './drizzle/failed-documents.ts'
import { releaseLease, renewLease } from './drizzle/leases.ts'
import { getTask, listTasks } from './drizzle/list-tasks.ts'
import { withModelLock } from './drizzle/model-lock.ts'
import { findReservation } from './drizzle/reservations.ts'
import { redriveTask, retryTask } from './drizzle/retry-task.ts'
import { completeItem, saveProgress } from './drizzle/save-progress.ts'
import { lead, removeOld, resign } from './drizzle/shared-maintenance.ts'
import { summarizeItems } from './drizzle/summarize-items.ts'
import { listItems } from './drizzle/task-items.ts'
import { listRates } from './drizzle/task-rates.ts'
import { summarizeTasks } from './drizzle/summarize-tasks.ts'
import { setWaiting } from './drizzle/set-waiting.ts'
import { readStatistics } from './drizzle/task-totals.ts'
import type { TaskStore } from './task-store.ts'

/**
 * Tasks in Postgres, in schema `ingestion` (see migrateTaskStore). Any number of processes may share them.
 *
 * @param db with a client that only Drizzle uses, with DateStyle ISO. Driver errors are rethrown unchanged
 * @example
 * import { connectPostgres, createDrizzleTaskStore, migrateTaskStore } from '@ingestion-server/core'
 *
 * const { db, close } = connectPostgres('postgres://user:password@localhost:5432/tasks')
 * await migrateTaskStore(db)
 * const store = createDrizzleTaskStore(db)
 * const { tasks } = await store.list({ model: 'image', pageSize: 10 })
 * for (const { id, action, status } of tasks) console.log(id, action, status)
 * await close()
 */
export function createDrizzleTaskStore(db: PostgresJsDatabase): TaskStore {
  return {
    create: (task) => createTask(db, task),
    get: (taskId) => getTask(db, taskId),
    findIdempotent: (key) => findIdempotent(db, key),
    list: (query) => listTasks(db, query),
    summarize: (query) => summarizeTasks(db, query),
    findReservation: (index) => findReservation(db, index),
    claim: (taskId, worker, leaseMs) => claimWork(db, taskId, worker, leaseMs),
    renew: (lease, leaseMs) => renewLease(db, lease, leaseMs),
    saveProgress: (lease, progress) => saveProgress(db, lease, progress),
    completeItem: (lease, result) => completeItem(db, lease, result),
    release: (lease) => releaseLease(db, lease),
    advance: (lease, next) => advanceTask(db, lease, next),
    fail: (lease, error) => failLeasedTask(db, lease, error),
    setWaiting: (lease, outage) => setWaiting(db, lease, outage),
    cancel: (taskId, options) => cancelTask(db, taskId, options),
    retry: (taskId, caller) => retryTask(db, taskId, caller),
    redrive: (taskId, caller) => redriveTask(db, taskId, caller),
    setLimits: (taskId, limits, caller) => setLimits(db, taskId, limits, caller),
    events: (query) => listEvents(db, query),
    items: (taskId, query) => listItems(db, taskId, query),
    itemSummary: (taskId) => summarizeItems(db, taskId),
    failedDocumentSummary: (taskId) => summarizeFailedDocuments(db, taskId),
    rates: (taskId) => listRates(db, taskId),
    aliasMoves: (alias, query) => listAliasMoves(db, alias, query),
    wasLive: (alias, moves) => wasLive(db, alias, moves),
    statistics: () => readStatistics(db),
    failedDocuments: (taskId, query) => listFailedDocuments(db, taskId, query),
    countFailedDocuments: (taskId) => countFailedDocuments(db, taskId),
    lead: (name, holder, forMs) => lead(db, name, holder, forMs),
    resign: (name, holder) => resign(db, name, holder),
    removeOld: (retention) => removeOld(db, retention),
    getIndex: (uuid) => getIndexRecord(db, uuid),
    listFilteredCopies: (uuid) => listFilteredCopies(db, uuid),
    lastAliasMove: (alias) => lastAliasMove(db, alias),
    recentAliasMoves: (model, withinMs) => recentAliasMoves(db, model, withinMs),
    withModelLock: (model, waitMs, run) => withModelLock(db, model, waitMs, run),
  }
}
