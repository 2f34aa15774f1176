import { camelCaseKeys } from '../camel-case.ts'
import type { Task, TaskEvent, TaskUpdate } from '../contract-types.ts'
import { isRecord, type StreamMessage } from '../http/index.ts'

/**
 * Reads a message of a task's event stream.
 *
 * @returns undefined for a message of an unknown type
 */
export function readTaskUpdate({ event, data }: StreamMessage): TaskUpdate | undefined {
  const body = parse(data)
  if (!isRecord(body)) return undefined
  // The server follows its contract; only what distinguishes the two kinds is checked.
  if (event === 'progress' && typeof body['active'] === 'boolean')
    return { type: 'progress', task: body as Task }
  return typeof body['id'] === 'number' && typeof body['type'] === 'string' ? (body as TaskEvent) : undefined
}

function parse(data: string): unknown {
  try {
    return camelCaseKeys(JSON.parse(data))
  } catch {
    return undefined // not JSON, so not a message of this API
  }
}
