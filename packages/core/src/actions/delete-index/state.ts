import { z } from 'zod'
import { indexName, type DeleteIndexRequest } from '../../contract/index.ts'
import type { StepContext } from '../../tasks/index.ts'

/** State of a DELETE_INDEX between its phases. */
const stateSchema = z.object({
  /** UUID of the index to delete: another index with its name stays. */
  uuid: z.string(),
  /** Number of its documents; null when unknown. */
  documents: z.int().nullable(),
})
export type DeleteState = z.infer<typeof stateSchema>

export function readState({ task }: Pick<StepContext, 'task'>): DeleteState {
  return stateSchema.parse(task.state)
}

/** The state of a run before this one, or null if the task never completed its plan. */
export function earlierState({ task }: Pick<StepContext, 'task'>): DeleteState | null {
  const parsed = stateSchema.safeParse(task.state)
  return parsed.success ? parsed.data : null
}

export function deletedIndexName({ model, index_suffix }: DeleteIndexRequest): string {
  return indexName(model, index_suffix)
}
