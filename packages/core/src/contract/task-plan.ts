import { z } from 'zod'
import { catchUpMethods } from './catch-up-method.ts'
import { actionNames } from './actions/facts.ts'

const count = z.int().min(0)

/** A condition of the cluster that the task depends on. A condition that can't be checked is `unknown`, never `ok`. */
export const planCheckSchema = z.object({
  /** `templates`, `shards`, `disk`, `blocks`, `rights` or `alias_names`; more may be added. */
  check: z.string(),
  status: z.enum(['ok', 'failed', 'unknown']),
  detail: z.string(),
})
export type PlanCheck = z.infer<typeof planCheckSchema>

const servedIndexSchema = z.object({
  index: z.string(),
  /** Number of its documents; null if it can't be counted. */
  documents: count.nullable(),
})

/** The move of an alias: what it serves now, and what it would serve. */
export const planMoveSchema = z.object({
  alias: z.string(),
  from: z.array(servedIndexSchema),
  to: servedIndexSchema,
})
export type PlanMove = z.infer<typeof planMoveSchema>

/** A reason to refuse the task that a field of the request allows. */
export const planExceptionSchema = z.looseObject({
  /** The field, such as `allow_shrink`. */
  allowed_by: z.string(),
  alias: z.string(),
  code: z.string(),
  detail: z.string(),
})
export type PlanException = z.infer<typeof planExceptionSchema>

/** Response of a dry run: what the task would do, and what prevents it. Nothing is changed or reserved. */
export const taskPlanSchema = z.object({
  dry_run: z.literal(true),
  model: z.string(),
  action: z.enum(actionNames),
  index: z.string(),
  request: z.record(z.string(), z.unknown()),
  /** Estimates from statistics and existing indices; null without a basis for one. */
  rows: count.nullable(),
  documents: count.nullable(),
  bytes: count.nullable(),
  seconds: count.nullable(),
  shards: z.int().min(1).nullable(),
  replicas: z.int().min(0).nullable(),
  disk: z.object({ needed_bytes: count, free_bytes: count }).nullable(),
  /** How rows that change during the build are found; null for other actions. */
  catch_up_by: z.enum(catchUpMethods).nullable(),
  /** Current targets of the model's aliases. */
  aliases: z.array(z.object({ alias: z.string(), indices: z.array(z.string()) })),
  /** What a POINT_ALIAS would move, in one step; empty for other actions. */
  moves: z.array(planMoveSchema),
  /** Reasons for which the task would be refused if the request did not allow them. */
  exceptions: z.array(planExceptionSchema),
  /** Reasons for which the task would be refused now, with error codes; empty: it would be accepted. */
  refusals: z.array(z.looseObject({ code: z.string(), detail: z.string(), task_id: z.string().optional() })),
  /** Checks of the cluster. A failed one is also among `refusals` or `warnings`. */
  checks: z.array(planCheckSchema),
  /** What to know before sending the request. */
  warnings: z.array(z.string()),
})
export type TaskPlan = z.infer<typeof taskPlanSchema>
