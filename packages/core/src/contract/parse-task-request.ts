import { z } from 'zod'
import { describeIssue } from './describe-issue.ts'
import type { InputError } from './problem.ts'
import { actionNames, createTaskRequestSchemas, type ActionName, type TaskRequest } from './task-request.ts'

export type ParsedTaskRequest = { ok: true; request: TaskRequest } | { ok: false; errors: InputError[] }

/**
 * Parses a body of `POST /task` and names everything that is wrong with it, not just the first thing.
 *
 * @param models names of the models that the server knows
 * @returns a function from a parsed JSON value to the request or all its errors
 */
export function createTaskRequestParser(models: readonly string[]): (body: unknown) => ParsedTaskRequest {
  const schemas = createTaskRequestSchemas(models)
  // For a body whose action is unknown no fields can be checked but these two.
  const unknownAction = z.looseObject({ model: z.enum(models), action: z.enum(actionNames) })

  return (body) => {
    const schema: z.ZodType<TaskRequest> | typeof unknownAction = schemas[actionOf(body)] ?? unknownAction
    const parsed = schema.safeParse(body, { error: describeIssue })
    if (!parsed.success) return { ok: false, errors: parsed.error.issues.flatMap(toInputErrors) }
    // Only a body with a known action parses, and then by that action's own schema.
    return { ok: true, request: parsed.data }
  }
}

function actionOf(body: unknown): ActionName {
  const action = typeof body === 'object' && body !== null ? (body as { action?: unknown }).action : undefined
  // An unknown action finds no schema: the caller falls back.
  return (typeof action === 'string' && Object.hasOwn(knownActions, action) ? action : '') as ActionName
}

const knownActions = Object.fromEntries(actionNames.map((name) => [name, true]))

export function toInputErrors(issue: z.core.$ZodIssue): InputError[] {
  const pointer = toPointer(issue.path)
  if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }]
  return issue.keys.map((key) => ({
    pointer: `${pointer}${toPointer([key])}`,
    detail: 'is no field of this request',
  }))
}

/** JSON pointer, RFC 6901: `~` and `/` inside a key are escaped. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
