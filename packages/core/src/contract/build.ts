import { z } from 'zod'
import { actionFacts, actionNames, type ActionName } from './actions/facts.ts'
import { wholeParameter } from './page-size.ts'
import { oneOf } from './task-filter.ts'

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
  /** Whether the index that this task built still exists; null: unknown, because OpenSearch is unavailable. */
  exists: z.boolean().nullable(),
})
export type Build = z.infer<typeof buildSchema>

/** `GET /model/{model}/builds`: newest first, as far as tasks are kept. */
export const buildListSchema = z.object({ builds: z.array(buildSchema) })
export type BuildList = z.infer<typeof buildListSchema>

/** An action that creates an index. */
export type BuildingAction = {
  [Name in ActionName]: (typeof actionFacts)[Name]['createsIndex'] extends true ? Name : never
}[ActionName]

export const buildingActions = actionNames.filter(
  (name): name is BuildingAction => actionFacts[name].createsIndex,
)

/** Query of `GET /model/{model}/builds`. */
export const buildQuerySchema = z.strictObject({
  /** Absent: any. */
  action: oneOf(z.enum(buildingActions)),
  limit: wholeParameter({ min: 1, max: 100, default: 30 }),
})
