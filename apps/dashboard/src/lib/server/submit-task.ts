import { createTaskRequestSchemas, type TaskRequest } from '@ingestion-server/core/contract'
import {
  BadRequestError,
  ConflictError,
  IngestionError,
  type Client,
  type IndexList,
  type StartAction,
  type TaskHandle,
  type TaskPlan,
} from '@ingestion-server/sdk'
import { superValidate } from 'sveltekit-superforms'
import { zod4 } from 'sveltekit-superforms/adapters'
import { toSentence } from '../format/sentence.ts'
import { actionFacts } from '../new-task/action-facts.ts'
import { fieldOf, toBody, type TaskFields } from '../new-task/task-fields.ts'
import type { ActionSlug } from '../route.ts'

export type FieldErrors = Record<string, string[]>

/** Why a request went nowhere, for the page. */
export interface Problem {
  text: string
  /** The task that stands in the way. */
  taskId: string | null
  errors: FieldErrors
}

/** @returns the request as the contract takes it, or what is wrong at which field */
export async function checkFields(
  slug: ActionSlug,
  fields: TaskFields,
  indices: IndexList,
): Promise<{ request: TaskRequest; errors: null } | { request: null; errors: FieldErrors }> {
  const schemas = createTaskRequestSchemas(indices.models.map(({ model }) => model))
  const body = toBody(slug, fields)
  const form = await validate(schemas, slug, body)
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

type Schemas = ReturnType<typeof createTaskRequestSchemas>

/** superValidate takes values that may be wrong, which its types don't say. */
function validate(
  schemas: Schemas,
  slug: ActionSlug,
  body: object,
): Promise<{ valid: boolean; errors: Record<string, unknown> }> {
  const options = { errors: true, strict: true }
  switch (actionFacts[slug].action) {
    case 'REINDEX':
      return superValidate(body, zod4(schemas.REINDEX), options)
    case 'CREATE_AND_POPULATE_FILTERED_INDEX':
      return superValidate(body, zod4(schemas.CREATE_AND_POPULATE_FILTERED_INDEX), options)
    case 'POINT_ALIAS':
      return superValidate(body, zod4(schemas.POINT_ALIAS), options)
    case 'DELETE_INDEX':
      return superValidate(body, zod4(schemas.DELETE_INDEX), options)
  }
}

/** What a task would do and what stands in its way; nothing is done. */
export function planTask(client: Client, request: TaskRequest): Promise<TaskPlan> {
  return bindAction(client, request).plan()
}

export function startTask(client: Client, request: TaskRequest, idempotencyKey: string): Promise<TaskHandle> {
  return bindAction(client, request).start(idempotencyKey)
}

/** The call of the SDK that a request belongs to, with its arguments. */
function bindAction(client: Client, request: TaskRequest) {
  function bind<Args>(action: StartAction<Args>, args: Args) {
    return {
      plan: () => action(args, { dryRun: true }),
      start: (idempotencyKey: string) => action(args, { idempotencyKey }),
    }
  }
  const { model } = request
  switch (request.action) {
    case 'REINDEX': {
      const { index_suffix: indexSuffix, max_failed: maxFailed, verify } = request
      const { verify_sample: verifySample } = request
      return bind(client.reindex, withoutUndefined({ model, indexSuffix, maxFailed, verify, verifySample }))
    }
    case 'CREATE_AND_POPULATE_FILTERED_INDEX':
      return bind(
        client.createFilteredIndex,
        withoutUndefined({
          model,
          destinationIndexSuffix: request.destination_index_suffix,
          originIndexSuffix: request.origin_index_suffix,
        }),
      )
    case 'POINT_ALIAS': {
      const { index_suffix: indexSuffix, alias } = request
      const args = withoutUndefined({
        model,
        indexSuffix,
        alias,
        allowUnfiltered: request.allow_unfiltered,
        allowUnverified: request.allow_unverified,
        allowShrink: request.allow_shrink,
        allowChanged: request.allow_changed,
      })
      return {
        plan: () => client.pointAlias(args, { dryRun: true }),
        start: (idempotencyKey: string) => client.pointAlias(args, { idempotencyKey }),
      }
    }
    case 'DELETE_INDEX':
      return bind(client.deleteIndex, { model, indexSuffix: request.index_suffix })
  }
}

type WithoutUndefined<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> }

/** What is undefined goes over no wire, so it need not be told apart from what is absent. */
function withoutUndefined<Value extends object>(value: Value): WithoutUndefined<Value> {
  return Object.fromEntries(
    Object.entries(value).filter(([, inner]) => inner !== undefined),
  ) as WithoutUndefined<Value>
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
    return { text: 'The server can’t use this request.', taskId: null, errors }
  }
  if (error instanceof ConflictError) {
    return { text: toSentence(error.problem.detail), taskId: error.blockingTaskId ?? null, errors: {} }
  }
  return {
    text: `${toSentence(error.message)} It may have reached the server all the same: show the plan again to see.`,
    taskId: null,
    errors: {},
  }
}
