import { z } from 'zod'
import { filteredEnding, filteredIndexName, indexName, type PointAliasRequest } from '../../contract/index.ts'
import type { NamedIndex } from '../../search/index.ts'
import type { StepContext, TaskRecord } from '../../tasks/index.ts'
import { requestOf as requestOfAction } from '../define-action.ts'

const namedIndexSchema = z.object({ name: z.string(), uuid: z.string() })

/** State of a POINT_ALIAS between its phases. */
const stateSchema = z.object({
  /** UUID of the index that the alias will point to. */
  uuid: z.string(),
  /** Write alias of this index until the alias has moved; without it a late or abandoned call moves nothing. */
  mark: z.string(),
  /** The previous target of the alias. Saved before the move, so that it is known after any crash. */
  from: z.array(namedIndexSchema),
  /** Whether the alias pointed to its new target before, then to another: a rollback. Null: planned by an earlier release. */
  liveBefore: z.boolean().nullable().default(null),
  /** Corrections on the index and other warnings, a few words each. */
  restored: z.array(z.string()).default([]),
  warnings: z.array(z.string()).default([]),
  /** The same for the filtered alias, if it moves in the same step. */
  filtered: namedIndexSchema
    .extend({
      mark: z.string(),
      from: z.array(namedIndexSchema),
      liveBefore: z.boolean().nullable().default(null),
    })
    .nullable()
    .default(null),
  /** What the request's exceptions allowed. */
  exceptions: z.array(z.record(z.string(), z.json())).default([]),
})
export type PointAliasState = z.infer<typeof stateSchema>

export function readState({ task }: Pick<StepContext, 'task'>): PointAliasState {
  return stateSchema.parse(task.state)
}

/** The state of a run before this one, or null if the task never completed its plan. */
export function earlierState({ task }: Pick<StepContext, 'task'>): PointAliasState | null {
  const parsed = stateSchema.safeParse(task.state)
  return parsed.success ? parsed.data : null
}

export function requestOf({ request }: Pick<TaskRecord, 'request'>): PointAliasRequest {
  return requestOfAction('POINT_ALIAS', request)
}

/** Whether an alias is the one for filtered indices only. */
export function isFilteredAlias(alias: string): boolean {
  return alias.endsWith(filteredEnding)
}

/**
 * The index that a request means: for the filtered alias, the filtered index of the suffix, unless the request allows
 * an unfiltered one.
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

/** Whether an alias points to this index only. */
export function isOnly(targets: readonly NamedIndex[], uuid: string): boolean {
  return targets.length === 1 && targets[0]?.uuid === uuid
}

/** One alias of a task, with its targets before and after. */
export interface AliasChange {
  alias: string
  from: readonly NamedIndex[]
  to: NamedIndex
  /** Write alias of the new target until the alias has moved. */
  writeAlias: string
  /** Whether the alias goes back to it: see liveBefore of the state. */
  liveBefore: boolean | null
}

/** What a task moves: one alias, or both of a model. */
export function changesOf(
  task: Pick<TaskRecord, 'request' | 'index'>,
  state: PointAliasState,
): AliasChange[] {
  const { model, alias } = requestOf(task)
  const { uuid, mark, ...change } = state
  const own = { ...change, alias, to: { name: task.index, uuid }, writeAlias: mark }
  if (!state.filtered) return [own]
  const { name, uuid: copy, mark: copyAlias, ...ofCopy } = state.filtered
  const to = { name, uuid: copy }
  return [own, { ...ofCopy, alias: `${model}${filteredEnding}`, to, writeAlias: copyAlias }]
}

/** Whether both lists name the same indices. */
export function isSame(a: readonly NamedIndex[], b: readonly NamedIndex[]): boolean {
  return a.length === b.length && a.every(({ uuid }) => b.some((other) => other.uuid === uuid))
}
