import {
  actionFacts,
  type ScheduledTask,
  type SubmissionOptions,
  type TaskPlan,
  type TaskRecord,
  type TaskRequest,
} from '@ingestion-server/core'
import type { Context } from 'hono'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import { requireScope } from '../guard.ts'
import { json, type ResponseSpec } from '../openapi/operation.ts'
import { booleanParameter } from '../parse-query.ts'
import { readPreferredWait } from '../prefer-wait.ts'
import { callerOf, type AppEnv } from '../request-context.ts'
import { InvalidRequestError } from '../request-errors.ts'
import { pollHeaders, taskPath, toTask } from '../../resources/task-resource.ts'
import type { TaskFeeds } from '../streams/task-feeds.ts'
import { waitForEnd } from '../streams/wait-for-change.ts'

/** The query of all routes that create tasks. */
const submissionQuerySchema = z.strictObject({ dry_run: booleanParameter.optional() })

const scheduled: ResponseSpec = {
  description: 'The task was created. `status_check` is its URL.',
  content: json('ScheduledTask'),
  headers: ['Location', 'Retry-After', 'Preference-Applied'],
}
const planned: ResponseSpec = {
  description: 'With `dry_run`: the plan of the task and its precondition failures. No task was created.',
  content: json('TaskPlan'),
}

/** What the operations of these routes have in common. */
export const submission = {
  query: submissionQuerySchema,
  headers: ['Idempotency-Key', 'Ingestion-Actor', 'Prefer'],
  responses: { 200: planned, 202: scheduled },
  /** A task or its plan can be refused immediately with these. */
  problems: [403, 404, 409, 422, 501, 502],
} as const

/** The actions that need another scope than the operation. */
export const scopeNote = Object.values(actionFacts)
  .filter(({ scope }) => scope !== 'write')
  .map(({ name, scope }) => `${name} needs scope \`${scope}\`.`)
  .join(' ')

export interface Scheduling {
  /** Creates a task and responds with 202, or with `dry_run` 200 and its plan. */
  respond(c: Context<AppEnv>, request: TaskRequest, options: SubmissionOptions): Promise<Response>
}

type Options = Pick<AppDeps, 'submit' | 'plan' | 'checkWebhook' | 'notify' | 'clock' | 'baseUrl'> & {
  feeds: TaskFeeds
}

/** Shared by all routes that create tasks. */
export function createScheduling(deps: Options): Scheduling {
  const { submit, plan, checkWebhook, notify, clock, baseUrl, feeds } = deps

  async function schedule(
    c: Context<AppEnv>,
    request: TaskRequest,
    options: SubmissionOptions,
    idempotencyKey: string | undefined,
  ): Promise<TaskRecord> {
    const { log, principal } = c.var
    const callbackUrl = options.callback_url
    const record = await submit(request, {
      ...callerOf(c),
      callbackUrl,
      idempotencyKey,
      keyOwner: principal.id ?? undefined,
    })
    log.info('task created', { task_id: record.id, action: record.action, index: record.index })
    c.set('taskId', record.id)
    notify(record.id)
    const waitMs = readPreferredWait(c)
    if (waitMs === null) return record
    return await waitForEnd(record, { feeds, clock, waitMs, signal: c.req.raw.signal })
  }

  return {
    async respond(c, request, options) {
      requireScope(c, actionFacts[request.action].scope)
      if (options.callback_url !== undefined) checkWebhook(options.callback_url)
      // Also for a dry run, which reports what the real one would be refused for.
      const idempotencyKey = readIdempotencyKey(c)
      if (options.dry_run === true) {
        const planned: TaskPlan = await plan(request)
        return c.json(planned, 200, { 'Cache-Control': 'no-store' })
      }
      const record = await schedule(c, request, options, idempotencyKey)
      const path = taskPath(record.id)
      const scheduled: ScheduledTask = {
        message: 'Successfully scheduled task',
        task_id: record.id,
        status_check: `${baseUrl ?? new URL(c.req.url).origin}${path}`,
        task: toTask(record, new Date(clock.now())),
      }
      return c.json(scheduled, 202, { Location: path, ...pollHeaders(record) })
    },
  }
}

/** Printable ASCII, as in draft-ietf-httpapi-idempotency-key-header. */
const idempotencyKeyPattern = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

/** @throws InvalidRequestError */
function readIdempotencyKey(c: Context): string | undefined {
  const key = c.req.header('Idempotency-Key')
  if (key === undefined) return undefined
  if (idempotencyKeyPattern.test(key)) return key
  const detail = 'must have 1 to 255 printable ASCII characters'
  throw new InvalidRequestError([{ pointer: '/header/Idempotency-Key', detail }])
}
