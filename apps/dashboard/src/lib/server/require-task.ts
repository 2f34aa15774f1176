import type { TaskHandle } from '@ingestion-server/sdk'
import type { RequestEvent } from '@sveltejs/kit'
import { roleFor } from '../action-role.ts'
import { requireRole } from './require-role.ts'
import { ingestion } from './services.ts'

/**
 * The task of a command. A command requires the role of the task's action, because retrying a deletion deletes.
 *
 * @throws HttpError 403 with a lesser role
 * @throws IngestionError when there is no such task
 */
export async function requireTask(event: Pick<RequestEvent, 'locals'>, id: string): Promise<TaskHandle> {
  const { name } = requireRole(event, 'operator')
  const handle = await ingestion.as(name).tasks.handle(id)
  requireRole(event, roleFor(handle.task.action))
  return handle
}
