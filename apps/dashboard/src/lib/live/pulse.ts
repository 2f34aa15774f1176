import type { TaskStatus } from '@ingestion-server/sdk'

/** What every page knows of the tasks: for the favicon and notifications. */
export interface Pulse {
  running: number
  /** Models and actions whose last task failed, among those that ended last. */
  failing: number
  /** The active tasks, and those that ended last. */
  recent: { taskId: string; title: string; status: TaskStatus }[]
}

/** State of the tab's icon. */
export type IconState = 'idle' | 'running' | 'failed' | 'unavailable'

const dots = { idle: '', running: '#3b82f6', failed: '#dc2626', unavailable: '#f59e0b' }

/** A failure is shown until a task of its kind succeeds, also while others run; null: the server is unavailable. */
export function iconStateOf(pulse: Pulse | null): IconState {
  if (pulse === null) return 'unavailable'
  if (pulse.failing > 0) return 'failed'
  return pulse.running > 0 ? 'running' : 'idle'
}

/** The favicon as a data URL, with a dot for the state. */
export function faviconOf(state: IconState): string {
  const dot =
    dots[state] === ''
      ? ''
      : `<circle cx="24" cy="24" r="8" fill="${dots[state]}" stroke="#fff" stroke-width="2"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0f766e"/><path d="M8 10h16M8 16h11M8 22h6" stroke="#fff" stroke-width="3" stroke-linecap="round"/>${dot}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

/** The tasks that ended since the last pulse. */
export function endedSince(before: Pulse | null, now: Pulse): Pulse['recent'] {
  if (before === null) return []
  const active = new Set(
    before.recent
      .filter(({ status }) => status === 'queued' || status === 'running')
      .map(({ taskId }) => taskId),
  )
  return now.recent.filter(
    ({ taskId, status }) => active.has(taskId) && status !== 'queued' && status !== 'running',
  )
}
