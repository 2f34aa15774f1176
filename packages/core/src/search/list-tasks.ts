import { z } from 'zod'
import { SearchUnavailableError } from '../errors.ts'
import { isForbidden } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { parseAnswer } from './parse-answer.ts'

const taskListSchema = z.object({
  /** Of nodes that did not say what runs on them. */
  node_failures: z.array(z.unknown()).default([]),
  tasks: z.array(
    z.object({
      node: z.string(),
      id: z.int(),
      parent_task_id: z.string().optional(),
      /** Only where details were asked for. */
      description: z.string().default(''),
      headers: z.record(z.string(), z.string()),
    }),
  ),
})
type TaskList = z.infer<typeof taskListSchema>['tasks']

/**
 * What OpenSearch works on now.
 *
 * @param request.actions names of actions, with `*` for any ending
 * @returns null without a right to list tasks
 * @throws SearchUnavailableError when a node does not say what runs on it
 */
export async function listTasks(
  client: SearchClient,
  request: { actions: string[]; detailed?: boolean },
): Promise<TaskList | null> {
  try {
    const { body } = await client.tasks.list({ ...request, group_by: 'none' })
    const { tasks, node_failures } = parseAnswer(taskListSchema, body, 'GET _tasks')
    if (node_failures.length === 0) return tasks
    throw new SearchUnavailableError(
      `OpenSearch can't say which tasks it works on: ${node_failures.length} nodes do not answer`,
      { details: { node_failures } },
    )
  } catch (error) {
    if (isForbidden(error)) return null
    throw error
  }
}

/** The id by which OpenSearch knows a task. */
export function listedTaskId({ node, id }: TaskList[number]): string {
  return `${node}:${id}`
}
