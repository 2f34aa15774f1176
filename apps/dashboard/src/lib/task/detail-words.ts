import type { Task } from '@ingestion-server/sdk'
import { formatCount } from '@ingestion-server/format'
import { toSnakeCase } from '../wire-names.ts'

/** The bottleneck of a task. */
export const boundByWords: Record<NonNullable<Task['boundBy']>, string> = {
  reading: 'reading rows',
  converting: 'making documents',
  opensearch: 'OpenSearch',
  limit: 'its limit',
}

/** 500 documents/s, 2 bulk requests at a time; null: no limits. */
export function describeLimits({ documentsPerSecond, inFlight }: Task['limits']): string | null {
  const parts = [
    ...(documentsPerSecond === null ? [] : [`${formatCount(documentsPerSecond)} documents/s`]),
    ...(inFlight === null ? [] : [`${inFlight} bulk ${inFlight === 1 ? 'request' : 'requests'} at a time`]),
  ]
  return parts.length === 0 ? null : parts.join(', ')
}

/** Number of rows with unreadable values, by field name as in the documents. */
export function describeLeftOut(leftOut: readonly [field: string, rows: number][]): string {
  const fields = leftOut.map(([name, rows]) => {
    const field = toSnakeCase(name)
    return `${field} of ${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}${field === 'mature' ? ' (taken as true)' : ''}`
  })
  return fields.join(', ')
}
