import { z } from 'zod'
import { catchUpMethods } from './catch-up-method.ts'
import { actionNames } from './actions/facts.ts'

const count = z.int().min(0)

/** Something about the cluster that a task's end depends on. What can't be looked at is `unknown`, never `ok`. */
export const planCheckSchema = z.object({
  /** `templates`, `shards`, `disk`, `blocks`, `rights` or `alias_names`; more may come. */
  check: z.string(),
  status: z.enum(['ok', 'failed', 'unknown']),
  detail: z.string(),
})
export type PlanCheck = z.infer<typeof planCheckSchema>

/** What a dry run answers: what a task would do, and what would stand in its way. Nothing is changed or reserved. */
export const taskPlanSchema = z.object({
  dry_run: z.literal(true),
  model: z.string(),
  action: z.enum(actionNames),
  index: z.string(),
  request: z.record(z.string(), z.unknown()),
  /** Estimates, from statistics and from the indices that are there; null where there is nothing to go by. */
  rows: count.nullable(),
  documents: count.nullable(),
  bytes: count.nullable(),
  seconds: count.nullable(),
  shards: z.int().min(1).nullable(),
  replicas: z.int().min(0).nullable(),
  disk: z.object({ needed_bytes: count, free_bytes: count }).nullable(),
  /** How rows that change while the index is built are found; null for other actions. */
  catch_up_by: z.enum(catchUpMethods).nullable(),
  /** What the model's aliases point to now. */
  aliases: z.array(z.object({ alias: z.string(), indices: z.array(z.string()) })),
  /** Why it would be refused now, with the codes of the errors; empty: it would be taken. */
  refusals: z.array(z.looseObject({ code: z.string(), detail: z.string(), task_id: z.string().optional() })),
  /** What was looked at in the cluster. One that failed is among the refusals or the warnings too. */
  checks: z.array(planCheckSchema),
  /** What to know before it is sent. */
  warnings: z.array(z.string()),
})
export type TaskPlan = z.infer<typeof taskPlanSchema>
