import { z } from 'zod'
import { describeIssue } from './describe-issue.ts'
import type { InputError } from './problem.ts'
import { submissionOptionsSchema, type SubmissionOptions } from './submission-options.ts'
import { actionFacts, actionNames, type ActionName } from './actions/facts.ts'
import type { TaskRequest } from './actions/request-types.ts'
import { createTaskRequestSchemas } from './actions/requests.ts'

export type ParsedTaskRequest =
  { ok: true; request: TaskRequest; options: SubmissionOptions } | { ok: false; errors: InputError[] }

/**
 * Creates a parser of `POST /task` bodies that reports all errors, not just the first.
 *
 * @param models names of the models that the server knows
 * @returns a function from a parsed JSON value to the request and its options, or all errors
 */
export function createTaskRequestParser(models: readonly string[]): (body: unknown) => ParsedTaskRequest {
  const schemas = createTaskRequestSchemas(models)
  // For a body with an unknown action only these two fields can be checked.
  const unknownAction = z.looseObject({ model: z.enum(models), action: z.enum(actionNames) })

  return (body) => {
    const { taskPart, optionsPart } = splitBody(body)
    const schema: z.ZodType<TaskRequest> | typeof unknownAction = schemas[actionOf(taskPart)] ?? unknownAction
    const parsed = schema.safeParse(taskPart, { error: describeTaskIssue })
    const options = submissionOptionsSchema.safeParse(optionsPart, { error: describeIssue })
    const issues = [...(parsed.error?.issues ?? []), ...(options.error?.issues ?? [])]
    if (!parsed.success || !options.success) return { ok: false, errors: issues.flatMap(toInputErrors) }
    // Only a body with a known action parses, by that action's schema.
    return { ok: true, request: parsed.data, options: options.data }
  }
}

/** Fields that any task may have in addition to those of its action. */
function describeTaskIssue(issue: z.core.$ZodRawIssue): string {
  const description = describeIssue(issue)
  if (issue.code !== 'unrecognized_keys') return description
  return `${description}, ${Object.keys(submissionOptionsSchema.shape).join(', ')}`
}

/** Separates the options from the rest, which is parsed by the action's schema. */
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
  // An unknown action has no schema; the caller has a fallback.
  return (typeof action === 'string' && Object.hasOwn(actionFacts, action) ? action : '') as ActionName
}

/**
 * Converts an issue of zod to problem details: one error, or one for each unknown field. The text is the message of the
 * issue, which `describeIssue` should have made.
 *
 * @returns each with a JSON pointer (RFC 6901) to the field
 */
export function toInputErrors(issue: z.core.$ZodIssue): InputError[] {
  const pointer = toPointer(issue.path)
  if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }]
  return issue.keys.map((key) => ({ pointer: `${pointer}${toPointer([key])}`, detail: issue.message }))
}

/** JSON pointer, RFC 6901: `~` and `/` inside a key are escaped. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
