import { fromMoveToken } from '../../src/tasks/page-token.ts'
import { failed } from '../../src/tasks/task-changes.ts'
import { toTaskRecord } from '../../src/tasks/task-record.ts'
import type { TaskStore } from '../../src/tasks/task-store.ts'
import {
  countUnresolved,
  listFailedDocuments,
  summarizeFailedDocuments,
} from './memory-tasks/failed-documents.ts'
import {
  cancelTask,
  createTask,
  endTask,
  findIdempotent,
  redriveTask,
  retryTask,
  setLimits,
} from './memory-tasks/lifecycle.ts'
import { listEvents, listItems, listRates, readStatistics, summarizeTaskItems } from './memory-tasks/lists.ts'
import { listTasks, summarizeTasks } from './memory-tasks/list-tasks.ts'
import { copy, requireHeld, type Memory } from './memory-tasks/memory.ts'
import {
  advanceTask,
  claimWork,
  completeItem,
  releaseLease,
  renewLease,
  saveProgress,
  setWaiting,
} from './memory-tasks/work.ts'

/**
 * Tasks in memory, for unit tests: they need no service, and `now` may be any clock. It passes the same suite as the
 * store in Postgres, but for what needs a database: locks of models, moves of aliases, and retention.
 *
 * @param options.now milliseconds since the epoch, by which leases expire
 */
export function createMemoryTaskStore({ now = Date.now }: { now?: () => number } = {}): TaskStore {
  const memory: Memory = {
    tasks: new Map(),
    reservations: new Map(),
    indices: new Map(),
    events: [],
    leaders: new Map(),
    newestMicros: 0,
    now,
  }
  const { tasks, reservations, indices, leaders } = memory
  const recordOf = (taskId: string) => tasks.get(taskId)?.row ?? null
  return {
    create: (task) => run(() => createTask(memory, task)),
    get: (taskId) => run(() => recordOf(taskId) && toTaskRecord(recordOf(taskId)!)),
    findIdempotent: (key) => run(() => findIdempotent(memory, key)),
    list: (query) => run(() => listTasks(memory, query)),
    summarize: (query) => run(() => summarizeTasks(memory, query)),
    findReservation: (index) => run(() => reservations.get(index) ?? null),
    claim: (taskId, worker, leaseMs) => run(() => claimWork(memory, taskId, worker, leaseMs)),
    renew: (lease, leaseMs) => run(() => renewLease(memory, lease, leaseMs)),
    saveProgress: (lease, progress) => run(() => saveProgress(memory, lease, progress)),
    completeItem: (lease, result) => run(() => completeItem(memory, lease, result)),
    release: (lease) => run(() => releaseLease(memory, lease)),
    advance: (lease, next) => run(() => advanceTask(memory, lease, next)),
    fail: (lease, error) => run(() => void endTask(memory, requireHeld(memory, lease).task, failed(error))),
    setWaiting: (lease, outage) => run(() => setWaiting(memory, lease, outage)),
    cancel: (taskId, options) => run(() => cancelTask(memory, taskId, options)),
    retry: (taskId, caller) => run(() => retryTask(memory, taskId, caller)),
    redrive: (taskId, caller) => run(() => redriveTask(memory, taskId, caller)),
    setLimits: (taskId, limits, caller) => run(() => setLimits(memory, taskId, limits, caller)),
    events: (query) => run(() => listEvents(memory, query)),
    items: (taskId, query) => run(() => listItems(memory, taskId, query)),
    itemSummary: (taskId) => run(() => summarizeTaskItems(memory, taskId)),
    failedDocumentSummary: (taskId) => run(() => summarizeFailedDocuments(memory, taskId)),
    rates: (taskId) => run(() => listRates(memory, taskId)),
    // None is ever recorded: that needs the lock of a model.
    aliasMoves: (_, { pageToken }) =>
      run(() => {
        if (pageToken !== undefined) fromMoveToken(pageToken)
        return { moves: [], nextPageToken: null }
      }),
    wasLive: () => run(() => false),
    statistics: () => run(() => readStatistics(memory)),
    failedDocuments: (taskId, query) => run(() => listFailedDocuments(memory, taskId, query)),
    countFailedDocuments: (taskId) =>
      run(() => countUnresolved(tasks.get(taskId)?.failedDocuments ?? new Map())),
    getIndex: (uuid) => run(() => indices.get(uuid) ?? null),
    listFilteredCopies: () => needsDatabase('filtered copies'),
    lead: (name, holder, forMs) =>
      run(() => {
        const current = leaders.get(name)
        if (current && current.holder !== holder && current.until > now()) return false
        leaders.set(name, { holder, until: now() + forMs })
        return true
      }),
    resign: (name, holder) => run(() => void (leaders.get(name)?.holder === holder && leaders.delete(name))),
    removeOld: () => needsDatabase('retention'),
    lastAliasMove: () => needsDatabase('moves of aliases'),
    recentAliasMoves: () => needsDatabase('moves of aliases'),
    withModelLock: () => needsDatabase('locks of models'),
  }
}

/** Each call happens at once and whole, as a transaction does; what it throws rejects the promise. */
function run<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve) => resolve(copy(work())))
}

function needsDatabase(what: string): Promise<never> {
  return Promise.reject(new Error(`the memory task store has no ${what}; use createDrizzleTaskStore`))
}
