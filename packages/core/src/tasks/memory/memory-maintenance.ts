import type { Removed, Retention } from '../shared-maintenance.ts'
import { addToTotals } from './memory-history.ts'
import { isActive, type MemoryState, type StoredTask } from './memory-state.ts'

export function lead({ leaders, now }: MemoryState, name: string, holder: string, forMs: number): boolean {
  const current = leaders.get(name)
  if (current && current.holder !== holder && current.until > now()) return false
  leaders.set(name, { holder, until: now() + forMs })
  return true
}

export function resign({ leaders }: MemoryState, name: string, holder: string): void {
  if (leaders.get(name)?.holder === holder) leaders.delete(name)
}

export function removeOld(state: MemoryState, { tasksMs, failedDocumentsMs, limit }: Retention): Removed {
  const tasks = endedBefore(state, tasksMs).slice(0, limit)
  for (const { record } of tasks) {
    addToTotals(state.removed, record)
    state.tasks.delete(record.id)
    state.events = state.events.map((event) => (event?.taskId === record.id ? null : event))
  }
  const others = endedBefore(state, failedDocumentsMs)
    .filter(({ failedDocuments }) => failedDocuments.size > 0)
    .slice(0, limit)
  for (const task of others) task.failedDocuments = new Map()
  return { tasks: tasks.length, tasksOfFailedDocuments: others.length }
}

function endedBefore(state: MemoryState, agoMs: number): StoredTask[] {
  const endOf = ({ record }: StoredTask) => Date.parse(record.finishedAt ?? '')
  return [...state.tasks.values()]
    .filter((task) => !isActive(task) && endOf(task) < state.now() - agoMs)
    .sort((a, b) => endOf(a) - endOf(b))
}
