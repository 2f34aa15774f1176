import type { StoredTaskEvent, TaskEvent } from '@ingestion-server/core'

/** A stored event as the API shows it: the path names the task. */
export function toTaskEvent({ id, type, at, phase, attempt, data }: StoredTaskEvent): TaskEvent {
  return { id, type, at, phase, attempt, data }
}
