import type { Task } from '@ingestion-server/sdk'

/** A text in the request of a task; null: it has none. */
export function requestText({ request }: Pick<Task, 'request'>, name: string): string | null {
  const value = request[name]
  return typeof value === 'string' && value !== '' ? value : null
}
