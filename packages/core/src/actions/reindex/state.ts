import { z } from 'zod'
import { catchUpMethods } from '../../contract/index.ts'
import { markSchema, rowIdSchema } from '../../rows/index.ts'
import { reportSchema } from './verification-parts.ts'
import type { ActionState, StepContext } from '../../tasks/index.ts'

/** What a REINDEX remembers between its phases. */
const stateSchema = z.object({
  indexUuid: z.string(),
  tableOid: z.int(),
  /** What the index is built by, see `fingerprintModel`; null: planned by an earlier version. */
  definition: z.string().nullable().default(null),
  /** The moment of `planMark`, ISO 8601 in UTC. */
  plannedAt: z.string(),
  /** Noted before anything was read; null: planned by an earlier version, or on a standby that knew too little. */
  planMark: markSchema.nullable().default(null),
  /** Noted before the catch-up read anything. */
  mark: markSchema.nullable().default(null),
  /** How changes are found in the model's table, and in its related ones, in their order. */
  catchUpBy: z
    .object({ table: z.enum(catchUpMethods), related: z.array(z.enum(catchUpMethods)).readonly() })
    .nullable()
    .default(null),
  /** It is unknown which rows changed since the plan: the catch-up reads all of them. */
  readsAll: z.boolean().default(false),
  /** The largest id that the load reads; null for a table that was empty. */
  loadUpTo: rowIdSchema.nullable(),
  /** The stage whose items are the load's. */
  loadStage: z.int(),
  /** Number of the write alias in use; each is used for one phase of one run. */
  aliasNumber: z.int(),
  /** The largest id that the index should hold, known from the catch-up on. */
  verifyUpTo: rowIdSchema.nullable(),
  /**
   * Rows whose transaction id is not below it are new to the verification, and written again: noted before the catch-up,
   * or before the last repair. Null where rows have no such ids.
   */
  newSince: z.string().nullable().default(null),
  /** Rounds of comparing and repairing so far. */
  round: z.int(),
  /**
   * What was written when the index was last closed to writes: operations that it had taken by then, by whomever, and
   * what the task had written or taken away. Null: not known, for want of a right.
   */
  sealedAt: z.object({ operations: z.int(), written: z.int() }).nullable().default(null),
  /** How often everything was compared again because others had written during a repair. */
  repeats: z.int().default(0),
  dataNodes: z.int(),
  /** Documents of the index when it was found equal to the database; null before. */
  documents: z.int().nullable(),
  /** Documents of the index when a redrive began; absent before. */
  redrivenFrom: z.int().optional(),
  /** The failed documents of an earlier run are tried again before its load goes on. */
  resumes: z.boolean().optional(),
  /** What the verification found so far; absent before it. */
  verification: reportSchema.optional(),
})
export type ReindexState = z.infer<typeof stateSchema>

/** A state as it is kept. */
export function storeState(state: ReindexState): ActionState {
  return stateSchema.encode(state)
}

export function readState({ task }: Pick<StepContext, 'task'>): ReindexState {
  return stateSchema.parse(task.state)
}

/** The state of a run before this one, or null when the task never got as far as having an index. */
export function earlierState({ task }: Pick<StepContext, 'task'>): ReindexState | null {
  const parsed = stateSchema.safeParse(task.state)
  return parsed.success ? parsed.data : null
}

export function builtIndex({ task }: Pick<StepContext, 'task'>, state: ReindexState) {
  return { name: task.index, uuid: state.indexUuid }
}
