import { requestSchemas, type TaskRequest } from '@ingestion-server/core/contract'
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
import { superValidate } from 'sveltekit-superforms'
import { zod4 } from 'sveltekit-superforms/adapters'
import type { z } from 'zod'
import { toSentence } from '../format/sentence.ts'
import { factsBySlug } from '../new-task/action-facts.ts'
import { toCamelCase } from '../wire-names.ts'
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

/** @returns the request as the contract takes it, or what is wrong at which field */
export async function checkFields(
  slug: ActionSlug,
  fields: TaskFields,
  indices: IndexList,
): Promise<{ request: TaskRequest; errors: null } | { request: null; errors: FieldErrors }> {
  const { name } = factsBySlug[slug]
  const schema: z.ZodObject = requestSchemas[name](indices.models.map(({ model }) => model))
  const body = toBody(slug, fields)
  const form = await superValidate(body, zod4(schema), { errors: true, strict: true })
  // What passed its action's schema is a request of it; superforms fills what is absent with defaults, the body doesn't.
  if (form.valid) return { request: body as unknown as TaskRequest, errors: null }
  const errors: FieldErrors = {}
  for (const [part, texts] of Object.entries(form.errors)) {
    if (Array.isArray(texts))
      errors[fieldOf(slug, part)] ??= isMissing(body, part) ? ['must be chosen'] : texts
  }
  return { request: null, errors }
}

const isMissing = (body: Record<string, unknown>, part: string) =>
  body[part] === undefined && ['model', 'index_suffix', 'alias', 'destination_index_suffix'].includes(part)

/** What a task would do, and its precondition failures; changes nothing. */
export function planTask(client: Client, request: TaskRequest): Promise<TaskPlan> {
  return client.tasks.create(toNewTask(request), { dryRun: true })
}

export function startTask(client: Client, request: TaskRequest, idempotencyKey: string): Promise<TaskHandle> {
  return client.tasks.create(toNewTask(request), { idempotencyKey })
}

/** A body of the HTTP interface as the SDK takes it. */
function toNewTask(request: TaskRequest): NewTask {
  const entries = Object.entries<unknown>(request).map(([name, value]) => [toCamelCase(name), value])
  return Object.fromEntries(entries) as NewTask // the types of the SDK come from the same contract
}

/** @throws what is no error of the SDK */
export function describeProblem(slug: ActionSlug, error: unknown): Problem {
  if (!(error instanceof IngestionError)) throw error
  if (error instanceof BadRequestError) {
    const errors: FieldErrors = {}
    for (const { pointer, detail } of error.errors) {
      const field = fieldOf(slug, pointer.slice(1))
      errors[field] = [...(errors[field] ?? []), detail]
    }
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
