import { z } from 'zod'
import { pageSizeSchema } from './page-size.ts'

/** One recorded move of an alias. Moves by other programs are not recorded. */
export const aliasMoveSchema = z.object({
  alias: z.string(),
  moved_at: z.iso.datetime(),
  /** The index that it pointed to; null: none. */
  from: z.string().nullable(),
  /** More indices that it pointed to; only other programs make that. */
  also_from: z.array(z.string()),
  /** The index that it points to from then on; null: the alias was removed. */
  to: z.string().nullable(),
  /** The task may have been removed since, see RETENTION_DAYS. */
  task_id: z.uuid(),
  /** Null: unknown, or the task was removed. */
  requested_by: z.string().nullable(),
})
export type AliasMove = z.infer<typeof aliasMoveSchema>

/** `GET /index/{alias}/history`: newest first. */
export const aliasHistorySchema = z.object({
  moves: z.array(aliasMoveSchema),
  next_page_token: z.string().nullable(),
})
export type AliasHistory = z.infer<typeof aliasHistorySchema>

/** Query of `GET /index/{alias}/history`. */
export const aliasHistoryQuerySchema = z.strictObject({
  page_size: pageSizeSchema,
  page_token: z.string().optional(),
})
