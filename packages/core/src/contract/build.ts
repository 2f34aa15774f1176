import { z } from 'zod'
import { actionNames } from './actions/facts.ts'
import { wholeParameter } from './page-size.ts'

const count = z.int().min(0)

/** An index as the task that built it recorded it; it may have been deleted since. */
export const buildSchema = z.object({
  task_id: z.uuid(),
  action: z.enum(actionNames),
  index: z.string(),
  started_at: z.iso.datetime(),
  finished_at: z.iso.datetime(),
  duration_seconds: z.number().min(0),
  /** Documents in the index when it was verified. */
  documents: count.nullable(),
  /** Bytes of its primary shards at the end of the task; null: unknown. */
  bytes: count.nullable(),
  as_of: z.iso.datetime().nullable(),
  /** Whether the index that this task built still exists. */
  exists: z.boolean(),
})
export type Build = z.infer<typeof buildSchema>

/** `GET /model/{model}/builds`: newest first, as far as tasks are kept. */
export const buildListSchema = z.object({ builds: z.array(buildSchema) })
export type BuildList = z.infer<typeof buildListSchema>

/** Query of `GET /model/{model}/builds`. */
export const buildQuerySchema = z.strictObject({ limit: wholeParameter({ min: 1, max: 100, default: 30 }) })
