import { z } from 'zod'
import { indexName } from '../../contract/index.ts'
import type { StepContext, TaskRecord } from '../../tasks/index.ts'
import { requestOf } from '../define-action.ts'

/** State of a CREATE_AND_POPULATE_FILTERED_INDEX between its phases. */
const stateSchema = z.object({
  /** Lineage: UUID of the source, and hash of the terms (see hashTerms). */
  filteredFrom: z.string(),
  termsHash: z.string(),
  /**
   * Write alias of the source while this task blocks its writes; null: they were blocked before, or need no block.
   */
  sourceAlias: z.string().nullable(),
  /** Alias of the target from its creation to the last step; identifies the task that owns it. */
  targetAlias: z.string(),
  /** Number in these aliases; each is used for one clone or copy. */
  aliasNumber: z.int(),
  targetUuid: z.string().nullable(),
  /** Documents of the target before the first delete, and the number of deleted ones. */
  documents: z.int().nullable(),
  deleted: z.int().nullable(),
  /** How many times the target was started. */
  round: z.int(),
  /** The cluster can't clone, so the documents are copied. */
  copies: z.boolean(),
  /** Warnings about the index, a few words each. */
  warnings: z.array(z.string()).default([]),
})
export type FilterState = z.infer<typeof stateSchema>

export function readState({ task }: Pick<StepContext, 'task'>): FilterState {
  return stateSchema.parse(task.state)
}

/** The state of a run before this one, or null if the task never completed its plan. */
export function earlierState({ task }: Pick<StepContext, 'task'>): FilterState | null {
  const parsed = stateSchema.safeParse(task.state)
  return parsed.success ? parsed.data : null
}

/** Name of the source index. */
export function sourceName({ model, request }: Pick<TaskRecord, 'model' | 'request'>): string {
  const { origin_index_suffix: origin, destination_index_suffix: destination } = requestOf(
    'CREATE_AND_POPULATE_FILTERED_INDEX',
    request,
  )
  return indexName(model, origin ?? destination)
}
