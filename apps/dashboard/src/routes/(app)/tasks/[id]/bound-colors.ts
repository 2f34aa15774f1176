import type { Task } from '@ingestion-server/sdk'

/** Colours of the bottlenecks, from the series of the charts. */
export const boundColors: Record<NonNullable<Task['boundBy']>, string> = {
  reading: 'var(--color-chart-2)',
  converting: 'var(--color-chart-4)',
  opensearch: 'var(--color-chart-1)',
  limit: 'var(--color-chart-3)',
}
