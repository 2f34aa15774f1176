import { z } from 'zod'
import { catchUpMethods } from '../../contract/index.ts'
import { markSchema, rowIdSchema } from '../../rows/index.ts'
import { reportSchema } from './verification-parts.ts'
import type { ActionState, StepContext } from '../../tasks/index.ts'

/** State of a REINDEX between its phases. */
const stateSchema = z.object({
  indexUuid: z.string(),
  tableOid: z.int(),
  /** Fingerprint of the index definition, see `fingerprintModel`; null: planned by an earlier version. */
  definition: z.string().nullable().default(null),
  /** The moment of `planMark`, ISO 8601 in UTC. */
  plannedAt: z.string(),
  /**
   * Recorded before anything was read; null: planned by an earlier version, or on a standby without enough information.
   */
  planMark: markSchema.nullable().default(null),
  /** Recorded before the catch-up read anything. */
  mark: markSchema.nullable().default(null),
  /** How changes are found in the model's table and, in their order, in the related ones. */
  catchUpBy: z
    .object({ table: z.enum(catchUpMethods), related: z.array(z.enum(catchUpMethods)).readonly() })
    .nullable()
    .default(null),
  /** It is unknown which rows changed since the plan, so the catch-up reads all rows. */
  readsAll: z.boolean().default(false),
  /** The largest id that the load reads; null for an empty table. */
  loadUpTo: rowIdSchema.nullable(),
  /** Stage of the load's items. */
  loadStage: z.int(),
  /** Number of the current write alias; each is used for one phase of one run. */
  aliasNumber: z.int(),
  /** The largest id that belongs in the index, known from the catch-up on. */
  verifyUpTo: rowIdSchema.nullable(),
  /**
   * Rows whose transaction id is not below this are new to the verification and written again. Recorded before the
   * catch-up, or before the last repair. Null if rows have no transaction ids.
   */
  newSince: z.string().nullable().default(null),
  /** Rounds of comparing and repairing so far. */
  round: z.int(),
  /**
   * When writes were last blocked: all operations that the index had taken, by any program, and those of the task.
   * Null: unknown, because a right is missing.
   */
  sealedAt: z.object({ operations: z.int(), written: z.int() }).nullable().default(null),
  /** How many times everything was compared again because other programs had written during a repair. */
  repeats: z.int().default(0),
  dataNodes: z.int(),
  /** Documents of the index when the verification succeeded; null before. */
  documents: z.int().nullable(),
  /** Documents of the index at the start of a redrive; absent before. */
  redrivenFrom: z.int().optional(),
  /** The failed documents of an earlier run are retried before its load continues. */
  resumes: z.boolean().optional(),
  /** Results of the verification so far; absent before it. */
  verification: reportSchema.optional(),
})
export type ReindexState = z.infer<typeof stateSchema>

/** A state as it is stored. */
export function storeState(state: ReindexState): ActionState {
  return stateSchema.encode(state)
}

export function readState({ task }: Pick<StepContext, 'task'>): ReindexState {
  return stateSchema.parse(task.state)
}

/** The state of a run before this one, or null if the task never created an index. */
export function earlierState({ task }: Pick<StepContext, 'task'>): ReindexState | null {
  const parsed = stateSchema.safeParse(task.state)
  return parsed.success ? parsed.data : null
}

export function builtIndex({ task }: Pick<StepContext, 'task'>, state: ReindexState) {
  return { name: task.index, uuid: state.indexUuid }
}
