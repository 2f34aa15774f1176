import { advanceTask, failTask, setWaiting } from './memory/memory-advance.ts'
import { lastAliasMove, recentAliasMoves, withModelLock } from './memory/memory-lock.ts'
import { answer, findHeld, type MemoryState } from './memory/memory-state.ts'
import { createTask, listTasks, retryTask } from './memory/memory-tasks.ts'
import {
  claimWork,
  completeItem,
  listFailedDocuments,
  renewLease,
  saveProgress,
} from './memory/memory-work.ts'
import type { TaskStore } from './task-store.ts'

/**
 * Tasks in the memory of one process, gone with it: for tests and for trying things out.
 *
 * @param options.now milliseconds since the epoch, by which leases lapse
 */
export function createMemoryTaskStore({ now = Date.now }: { now?: () => number } = {}): TaskStore {
  const state: MemoryState = {
    tasks: new Map(),
    reservations: new Map(),
    indices: new Map(),
    aliasMoves: [],
    locks: new Map(),
    now,
  }
  return {
    create: (task) => answer(() => createTask(state, task)),
    get: (taskId) => answer(() => state.tasks.get(taskId)?.record ?? null),
    list: (query) => answer(() => listTasks(state, query)),
    findReservation: (index) => answer(() => state.reservations.get(index) ?? null),
    claim: (taskId, _worker, leaseMs) => answer(() => claimWork(state, taskId, leaseMs)),
    renew: (lease, leaseMs) => answer(() => renewLease(state, lease, leaseMs)),
    saveProgress: (lease, progress) => answer(() => saveProgress(state, lease, progress)),
    completeItem: (lease, result) => answer(() => completeItem(state, lease, result)),
    release: (lease) =>
      answer(() => {
        const held = findHeld(state, lease)
        if (held) held.lease.until = null
      }),
    advance: (lease, next) => answer(() => advanceTask(state, lease, next)),
    fail: (lease, error) => answer(() => failTask(state, lease, error)),
    setWaiting: (lease, waiting) => answer(() => setWaiting(state, lease, waiting)),
    retry: (taskId) => answer(() => retryTask(state, taskId)),
    failedDocuments: (taskId, query) => answer(() => listFailedDocuments(state, taskId, query)),
    countFailedDocuments: (taskId) =>
      answer(() => listFailedDocuments(state, taskId, { limit: Infinity }).length),
    getIndex: (uuid) => answer(() => state.indices.get(uuid) ?? null),
    lastAliasMove: (alias) => answer(() => lastAliasMove(state, alias)),
    recentAliasMoves: (model, withinMs) => answer(() => recentAliasMoves(state, model, withinMs)),
    withModelLock: (model, waitMs, run) => withModelLock(state, model, waitMs, run),
  }
}
