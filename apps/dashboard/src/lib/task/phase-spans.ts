import type { Phase, Task, TaskEvent } from '@ingestion-server/sdk'

/** The duration of a phase. Times in milliseconds since the epoch; `to` null: the phase is running. */
export interface PhaseSpan {
  phase: Phase
  attempt: number
  from: number
  to: number | null
}

/** A time in which a task waited for a service; `to` null: it waits. */
export interface WaitSpan {
  from: number
  to: number | null
}

/** When the task waited for OpenSearch or Postgres. A phase continues meanwhile. */
export function toWaitSpans(events: readonly TaskEvent[]): WaitSpan[] {
  const spans: WaitSpan[] = []
  for (const { type, at } of events) {
    const last = spans.at(-1)
    const isOpen = last?.to === null
    // The reason may change while it waits.
    if (type === 'waiting' && !isOpen) spans.push({ from: Date.parse(at), to: null })
    else if (type !== 'waiting' && type !== 'limits_changed' && isOpen) last.to = Date.parse(at)
  }
  return spans
}

const begins = new Set<TaskEvent['type']>(['started', 'phase', 'cancel_requested'])
const ends = new Set<TaskEvent['type']>(['succeeded', 'failed', 'cancelled'])

/**
 * The start and end of each phase of a task, in chronological order. The time between an end and a retry belongs to no
 * phase, and a phase that a retry continues appears again.
 */
export function toPhaseSpans(events: readonly TaskEvent[], task: Pick<Task, 'active'>): PhaseSpan[] {
  const spans: PhaseSpan[] = []
  const close = (at: number) => {
    const last = spans.at(-1)
    if (last?.to === null) last.to = at
  }
  for (const { type, at, phase, attempt } of events) {
    const time = Date.parse(at)
    if (ends.has(type)) close(time)
    else if (begins.has(type) && phase !== 'done') {
      const last = spans.at(-1)
      if (last?.to === null && last.phase === phase && last.attempt === attempt) continue
      close(time)
      spans.push({ phase, attempt, from: time, to: null })
    }
  }
  if (!task.active) {
    const lastEvent = events.at(-1)
    if (lastEvent) close(Date.parse(lastEvent.at))
  }
  return spans
}
