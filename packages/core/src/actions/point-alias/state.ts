import { z } from 'zod'
import { filteredEnding, filteredIndexName, indexName, type PointAliasRequest } from '../../contract/index.ts'
import type { NamedIndex } from '../../search/index.ts'
import type { StepContext, TaskRecord } from '../../tasks/index.ts'
import { requestOf as requestOfAction } from '../define-action.ts'

const namedIndexSchema = z.object({ name: z.string(), uuid: z.string() })

/** What a POINT_ALIAS remembers between its phases. */
const stateSchema = z.object({
  /** UUID of the index that the alias will point to. */
  uuid: z.string(),
  /** Alias that this index has until the alias was moved: a late or abandoned call moves nothing. */
  mark: z.string(),
  /** What the alias pointed to before. Written before it is moved, so that it is known whatever dies meanwhile. */
  from: z.array(namedIndexSchema),
  /** What was put right on the index, and what else is to be known, each in a few words. */
  restored: z.array(z.string()).default([]),
  warnings: z.array(z.string()).default([]),
})
export type PointAliasState = z.infer<typeof stateSchema>

export function readState({ task }: Pick<StepContext, 'task'>): PointAliasState {
  return stateSchema.parse(task.state)
}

/** The state of a run before this one, or null when the task never got past its plan. */
export function earlierState({ task }: Pick<StepContext, 'task'>): PointAliasState | null {
  const parsed = stateSchema.safeParse(task.state)
  return parsed.success ? parsed.data : null
}

export function requestOf({ request }: Pick<TaskRecord, 'request'>): PointAliasRequest {
  return requestOfAction('POINT_ALIAS', request)
}

/** Whether an alias is the one that only filtered indices belong behind. */
export function isFilteredAlias(alias: string): boolean {
  return alias.endsWith(filteredEnding)
}

/**
 * The index that is meant: behind the filtered alias it is the filtered one of the suffix, unless the request says
 * that an unfiltered one is meant.
 */
export function promotedIndexName({
  model,
  alias,
  index_suffix,
  allow_unfiltered,
}: PointAliasRequest): string {
  const isMeantLiterally = allow_unfiltered === true || index_suffix.endsWith(filteredEnding)
  return isFilteredAlias(alias) && !isMeantLiterally
    ? filteredIndexName(model, index_suffix)
    : indexName(model, index_suffix)
}

/** Whether an alias points to this index and no other. */
export function isOnly(targets: readonly NamedIndex[], uuid: string): boolean {
  return targets.length === 1 && targets[0]?.uuid === uuid
}
