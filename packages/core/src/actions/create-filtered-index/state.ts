import { z } from 'zod'
import { indexName } from '../../contract/index.ts'
import type { StepContext, TaskRecord } from '../../tasks/index.ts'
import { requestOf } from '../define-action.ts'

/** What a CREATE_AND_POPULATE_FILTERED_INDEX remembers between its phases. */
const stateSchema = z.object({
  /** Lineage: UUID of the source, and what the terms were that its documents were filtered by (see hashTerms). */
  filteredFrom: z.string(),
  termsHash: z.string(),
  /** Marks the source while this task blocks its writes; null: they were blocked before, or need not be. */
  sourceAlias: z.string().nullable(),
  /** What the target has from its first moment to its last step: whose alias it has, its owner is. */
  targetAlias: z.string(),
  /** Number of these aliases; each is used for one clone or copy. */
  aliasNumber: z.int(),
  targetUuid: z.string().nullable(),
  /** Documents of the target before any was deleted, and how many were. */
  documents: z.int().nullable(),
  deleted: z.int().nullable(),
  /** How often the target was begun. */
  round: z.int(),
  /** The cluster can't clone: the documents are copied. */
  copies: z.boolean(),
  /** What is to be known of the index, each in a few words. */
  warnings: z.array(z.string()).default([]),
})
export type FilterState = z.infer<typeof stateSchema>

export function readState({ task }: Pick<StepContext, 'task'>): FilterState {
  return stateSchema.parse(task.state)
}

/** The state of a run before this one, or null when the task never got past its plan. */
export function earlierState({ task }: Pick<StepContext, 'task'>): FilterState | null {
  const parsed = stateSchema.safeParse(task.state)
  return parsed.success ? parsed.data : null
}

/** Name of the index that is filtered. */
export function sourceName({ model, request }: Pick<TaskRecord, 'model' | 'request'>): string {
  const { origin_index_suffix: origin, destination_index_suffix: destination } = requestOf(
    'CREATE_AND_POPULATE_FILTERED_INDEX',
    request,
  )
  return indexName(model, origin ?? destination)
}
