import type { Phase, TaskStatus } from '@ingestion-server/sdk'

export const statusWords: Record<TaskStatus, string> = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

/** The services that a task may wait for. */
export const serviceWords: Readonly<Record<string, string>> = {
  opensearch: 'OpenSearch',
  postgres: 'Postgres',
}

/** catching_up → Catching up */
export function phaseWords(phase: Phase): string {
  const words = phase === 'mending' ? 'repairing' : phase.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
