import { advanceTask, failTask, setWaiting } from './memory/memory-advance.ts'
import { countFailedDocuments, listFailedDocuments } from './memory/memory-failed-documents.ts'
import { lastAliasMove, recentAliasMoves, withModelLock } from './memory/memory-lock.ts'
import { cancelTask, redriveTask, retryTask, setLimits } from './memory/memory-end.ts'
import { listEvents, listItems, listRates, readStatistics } from './memory/memory-history.ts'
import { answer, type MemoryState } from './memory/memory-state.ts'
import { lead, removeOld, resign } from './memory/memory-maintenance.ts'
import { createTask, findIdempotent, listTasks } from './memory/memory-tasks.ts'
import { claimWork, completeItem, releaseLease, renewLease, saveProgress } from './memory/memory-work.ts'
import type { TaskStore } from './task-store.ts'

/**
 * Tasks in the memory of one process, gone with it: for tests and for trying things out.
 *
 * @param options.now milliseconds since the epoch, by which leases expire
 */
export function createMemoryTaskStore({ now = Date.now }: { now?: () => number } = {}): TaskStore {
  const state: MemoryState = {
    tasks: new Map(),
    reservations: new Map(),
    indices: new Map(),
    events: [],
    leaders: new Map(),
    removed: new Map(),
    aliasMoves: [],
    lastCreatedMicros: 0,
    locks: new Map(),
    now,
  }
  return {
    create: (task) => answer(() => createTask(state, task)),
    get: (taskId) => answer(() => state.tasks.get(taskId)?.record ?? null),
    findIdempotent: (key) => answer(() => findIdempotent(state, key)),
    list: (query) => answer(() => listTasks(state, query)),
    findReservation: (index) => answer(() => state.reservations.get(index) ?? null),
    claim: (taskId, worker, leaseMs) => answer(() => claimWork(state, taskId, worker, leaseMs)),
    renew: (lease, leaseMs) => answer(() => renewLease(state, lease, leaseMs)),
    saveProgress: (lease, progress) => answer(() => saveProgress(state, lease, progress)),
    completeItem: (lease, result) => answer(() => completeItem(state, lease, result)),
    release: (lease) => answer(() => releaseLease(state, lease)),
    advance: (lease, next) => answer(() => advanceTask(state, lease, next)),
    fail: (lease, error) => answer(() => failTask(state, lease, error)),
    setWaiting: (lease, outage) => answer(() => setWaiting(state, lease, outage)),
    cancel: (taskId, options) => answer(() => cancelTask(state, taskId, options)),
    retry: (taskId, caller) => answer(() => retryTask(state, taskId, caller)),
    redrive: (taskId, caller) => answer(() => redriveTask(state, taskId, caller)),
    setLimits: (taskId, limits, caller) => answer(() => setLimits(state, taskId, limits, caller)),
    events: (query) => answer(() => listEvents(state, query)),
    items: (taskId, query) => answer(() => listItems(state, taskId, query)),
    rates: (taskId) => answer(() => listRates(state, taskId)),
    statistics: () => answer(() => readStatistics(state)),
    failedDocuments: (taskId, query) => answer(() => listFailedDocuments(state, taskId, query)),
    countFailedDocuments: (taskId) => answer(() => countFailedDocuments(state, taskId)),
    lead: (name, holder, forMs) => answer(() => lead(state, name, holder, forMs)),
    resign: (name, holder) => answer(() => resign(state, name, holder)),
    removeOld: (retention) => answer(() => removeOld(state, retention)),
    getIndex: (uuid) => answer(() => state.indices.get(uuid) ?? null),
    lastAliasMove: (alias) => answer(() => lastAliasMove(state, alias)),
    recentAliasMoves: (model, withinMs) => answer(() => recentAliasMoves(state, model, withinMs)),
    withModelLock: (model, waitMs, run) => withModelLock(state, model, waitMs, run),
  }
}
