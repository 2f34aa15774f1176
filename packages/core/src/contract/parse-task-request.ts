import { z } from 'zod'
import { describeIssue } from './describe-issue.ts'
import type { InputError } from './problem.ts'
import { submissionOptionsSchema, type SubmissionOptions } from './submission-options.ts'
import { actionFacts, actionNames, type ActionName } from './actions/facts.ts'
import { createTaskRequestSchemas, type TaskRequest } from './actions/requests.ts'

export type ParsedTaskRequest =
  { ok: true; request: TaskRequest; options: SubmissionOptions } | { ok: false; errors: InputError[] }

/**
 * Parses a body of `POST /task` and names everything that is wrong with it, not just the first thing.
 *
 * @param models names of the models that the server knows
 * @returns a function from a parsed JSON value to the request, and what was said beside it, or all its errors
 */
export function createTaskRequestParser(models: readonly string[]): (body: unknown) => ParsedTaskRequest {
  const schemas = createTaskRequestSchemas(models)
  // For a body whose action is unknown no fields can be checked but these two.
  const unknownAction = z.looseObject({ model: z.enum(models), action: z.enum(actionNames) })

  return (body) => {
    const { taskPart, optionsPart } = splitBody(body)
    const schema: z.ZodType<TaskRequest> | typeof unknownAction = schemas[actionOf(taskPart)] ?? unknownAction
    const parsed = schema.safeParse(taskPart, { error: describeTaskIssue })
    const options = submissionOptionsSchema.safeParse(optionsPart, { error: describeIssue })
    const issues = [...(parsed.error?.issues ?? []), ...(options.error?.issues ?? [])]
    if (!parsed.success || !options.success) return { ok: false, errors: issues.flatMap(toInputErrors) }
    // Only a body with a known action parses, and then by that action's own schema.
    return { ok: true, request: parsed.data, options: options.data }
  }
}

/** Fields that any task may have beside its own. */
function describeTaskIssue(issue: z.core.$ZodRawIssue): string {
  const description = describeIssue(issue)
  if (issue.code !== 'unrecognized_keys') return description
  return `${description}, ${Object.keys(submissionOptionsSchema.shape).join(', ')}`
}

/** The options apart from the rest, which goes to the action's own schema. */
function splitBody(body: unknown): { taskPart: unknown; optionsPart: Record<string, unknown> } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { taskPart: body, optionsPart: {} }
  }
  const isOption = ([key]: [string, unknown]) => Object.hasOwn(submissionOptionsSchema.shape, key)
  const entries = Object.entries(body)
  return {
    taskPart: Object.fromEntries(entries.filter((entry) => !isOption(entry))),
    optionsPart: Object.fromEntries(entries.filter(isOption)),
  }
}

function actionOf(body: unknown): ActionName {
  const action = typeof body === 'object' && body !== null ? (body as { action?: unknown }).action : undefined
  // An unknown action finds no schema: the caller falls back.
  return (typeof action === 'string' && Object.hasOwn(actionFacts, action) ? action : '') as ActionName
}

export function toInputErrors(issue: z.core.$ZodIssue): InputError[] {
  const pointer = toPointer(issue.path)
  if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }]
  return issue.keys.map((key) => ({ pointer: `${pointer}${toPointer([key])}`, detail: issue.message }))
}

/** JSON pointer, RFC 6901: `~` and `/` inside a key are escaped. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
