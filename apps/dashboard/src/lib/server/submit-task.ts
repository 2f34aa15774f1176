import { createTaskRequestParser, type InputError, type TaskRequest } from '@ingestion-server/core/contract'
import {
  BadRequestError,
  ConflictError,
  IngestionError,
  type Client,
  type IndexList,
  type NewTask,
  type TaskHandle,
  type TaskPlan,
} from '@ingestion-server/sdk'
import { toSentence } from '../format/sentence.ts'
import { toCamelCase } from '../wire-names.ts'
import { pointAlias } from '../actions/point-alias/descriptor.ts'
import { fieldOf, toBody, type TaskFields } from '../new-task/task-fields.ts'
import type { ActionSlug } from '../route.ts'

export type FieldErrors = Record<string, string[]>

/** Why a request failed, for the page. */
export interface Problem {
  text: string
  /** The conflicting task. */
  taskId: string | null
  errors: FieldErrors
}

/** @returns the validated request, or the errors by field */
export function checkFields(
  slug: ActionSlug,
  fields: TaskFields,
  indices: IndexList,
): { request: TaskRequest; errors: null } | { request: null; errors: FieldErrors } {
  const parse = createTaskRequestParser(indices.models.map(({ model }) => model))
  const body = toBody(slug, fields)
  const parsed = parse(body)
  if (parsed.ok) {
    const problem = checkChosenIndex(parsed.request, indices)
    return problem === null
      ? { request: parsed.request, errors: null }
      : { request: null, errors: { index: [problem] } }
  }
  // The contract has nothing against the absence of an optional field.
  const isMissing = ({ pointer }: InputError) => body[pointer.slice(1)] === undefined
  const described = parsed.errors.map((error) =>
    isMissing(error) ? { ...error, detail: 'must be chosen' } : error,
  )
  return { request: null, errors: toFieldErrors(slug, described) }
}

/**
 * The server completes a suffix to the name of the filtered index. A page on which an index was chosen must not promote
 * another one.
 */
function checkChosenIndex(request: TaskRequest, { models }: IndexList): string | null {
  if (request.action !== 'POINT_ALIAS') return null
  const name = `${request.model}-${request.index_suffix}`
  const index = models.flatMap(({ indices }) => indices).find((candidate) => candidate.name === name)
  if (request.alias === request.model || request.allow_unfiltered || index === undefined || index.filtered) {
    return null
  }
  const { label } = pointAlias.controls.allow_unfiltered
  return `the index ${name} has all documents: choose a filtered index, or check “${label}”`
}

/** Errors by the field of the form that shows them, which may stand for several of the request. */
function toFieldErrors(
  slug: ActionSlug,
  errors: readonly Pick<InputError, 'pointer' | 'detail'>[],
): FieldErrors {
  const byField: FieldErrors = {}
  for (const { pointer, detail } of errors) {
    const field = fieldOf(slug, pointer.slice(1))
    byField[field] = [...new Set([...(byField[field] ?? []), detail])]
  }
  return byField
}

/** The task's plan and precondition failures; changes nothing. */
export function planTask(client: Client, request: TaskRequest): Promise<TaskPlan> {
  return client.tasks.create(toNewTask(request), { dryRun: true })
}

export function startTask(client: Client, request: TaskRequest, idempotencyKey: string): Promise<TaskHandle> {
  return client.tasks.create(toNewTask(request), { idempotencyKey })
}

/** Converts a body of the HTTP API to a request of the SDK. */
function toNewTask(request: TaskRequest): NewTask {
  const entries = Object.entries<unknown>(request).map(([name, value]) => [toCamelCase(name), value])
  return Object.fromEntries(entries) as NewTask // the types of the SDK come from the same contract
}

/** @throws errors that are not from the SDK */
export function describeProblem(slug: ActionSlug, error: unknown): Problem {
  if (!(error instanceof IngestionError)) throw error
  if (error instanceof BadRequestError) {
    const errors = toFieldErrors(slug, error.errors)
    return { text: 'The server rejects this request.', taskId: null, errors }
  }
  if (error instanceof ConflictError) {
    return { text: toSentence(error.problem.detail), taskId: error.blockingTaskId ?? null, errors: {} }
  }
  return {
    text: `${toSentence(error.message)} The server may have received it: show the plan again to find out.`,
    taskId: null,
    errors: {},
  }
}
