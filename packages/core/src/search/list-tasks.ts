import { z } from 'zod'
import { SearchUnavailableError } from '../errors.ts'
import { isForbidden } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { parseResponse } from './parse-response.ts'

const taskListSchema = z.object({
  /** Nodes that did not report their tasks. */
  node_failures: z.array(z.unknown()).default([]),
  tasks: z.array(
    z.object({
      node: z.string(),
      id: z.int(),
      parent_task_id: z.string().optional(),
      /** Only if details were requested. */
      description: z.string().default(''),
      headers: z.record(z.string(), z.string()),
    }),
  ),
})
type TaskList = z.infer<typeof taskListSchema>['tasks']

/**
 * The tasks that OpenSearch is running.
 *
 * @param request.actions names of actions; `*` matches any ending
 * @returns null without a right to list tasks
 * @throws SearchUnavailableError when a node does not report its tasks
 */
export async function listTasks(
  client: SearchClient,
  request: { actions: string[]; detailed?: boolean },
): Promise<TaskList | null> {
  try {
    const { body } = await client.tasks.list({ ...request, group_by: 'none' })
    const { tasks, node_failures } = parseResponse(taskListSchema, body, 'GET _tasks')
    if (node_failures.length === 0) return tasks
    throw new SearchUnavailableError(
      `OpenSearch can't list its running tasks: ${node_failures.length} nodes did not respond`,
      { details: { node_failures } },
    )
  } catch (error) {
    if (isForbidden(error)) return null
    throw error
  }
}

/** OpenSearch's id of a task. */
export function listedTaskId({ node, id }: TaskList[number]): string {
  return `${node}:${id}`
}
