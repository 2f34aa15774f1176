import { filteredEnding, indexSuffixSchema, type PointAliasRequest } from '../../contract/index.ts'
import { NothingToRollBackError } from '../../errors.ts'
import { findAliasTargets, getIndex, type NamedIndex } from '../../search/index.ts'
import type { AliasMove, TaskContext } from '../../tasks/index.ts'

type RollbackContext = Pick<TaskContext, 'search' | 'store'>

/** Where a rollback points an alias, and the model's other alias if both moved in one step. */
export interface RollbackTarget extends NamedIndex {
  model: string
  other: { alias: string; to: NamedIndex } | null
}

/**
 * The POINT_ALIAS that points an alias back to its target before the last move, and the other alias of the model with
 * it if both moved together. It allows what a promotion normally refuses (smaller, unfiltered or made elsewhere),
 * because the index was live like that before.
 *
 * @throws NothingToRollBackError
 */
export async function rollbackRequest(
  context: RollbackContext & Pick<TaskContext, 'models'>,
  alias: string,
): Promise<PointAliasRequest> {
  const previous = await findPrevious(context, alias)
  if (previous instanceof NothingToRollBackError) throw previous
  const { model, other } = previous
  const suffixOf = (name: string) => {
    const suffix = indexSuffixSchema.safeParse(name.slice(model.length + 1))
    const isKnown = context.models.some((candidate) => candidate.name === model)
    if (isKnown && suffix.success && name.startsWith(`${model}-`)) return suffix.data
    throw new NothingToRollBackError(alias, `${name} is not an index of this server's models`)
  }
  const allowed = {
    allow_unfiltered: true,
    allow_unverified: true,
    allow_shrink: true,
    allow_changed: true,
  }
  const action = 'POINT_ALIAS'
  if (!other) return { model, action, alias, index_suffix: suffixOf(previous.name), ...allowed }

  // A pair is requested by the model's own alias.
  const [own, filtered] = alias === model ? [previous, other.to] : [other.to, previous]
  return {
    model,
    action,
    alias: model,
    index_suffix: suffixOf(own.name),
    with_filtered: true,
    filtered_index_suffix: suffixOf(filtered.name),
    ...allowed,
  }
}

/** The index that an alias can be rolled back to, or why it can't. */
export async function findPrevious(
  context: RollbackContext,
  alias: string,
): Promise<RollbackTarget | NothingToRollBackError> {
  const move = await context.store.lastAliasMove(alias)
  if (!move) return new NothingToRollBackError(alias, 'no move of it is known')
  if (!(await isCurrent(context, move))) {
    return new NothingToRollBackError(alias, 'another client has moved it since')
  }
  const previous = await findOrigin(context, move)
  if (typeof previous === 'string') return new NothingToRollBackError(alias, `it ${previous}`)
  const { model } = move
  const partner = await context.store.lastAliasMove(alias === model ? `${model}${filteredEnding}` : model)
  // Only if it moved in the same step and is still there: otherwise the two are not a pair any more.
  const isPair = partner?.taskId === move.taskId && (await isCurrent(context, partner))
  if (!isPair) return { ...previous, model, other: null }
  const origin = await findOrigin(context, partner)
  if (typeof origin !== 'string') return { ...previous, model, other: { alias: partner.alias, to: origin } }
  return new NothingToRollBackError(alias, `it moved together with ${partner.alias}, which ${origin}`)
}

async function isCurrent({ search }: RollbackContext, { alias, to }: AliasMove): Promise<boolean> {
  const now = await findAliasTargets(search, alias)
  return now.length === 1 && now[0]?.uuid === to?.uuid
}

/** The index that an alias pointed to before a move, or why it can't be rolled back, in words after its name. */
async function findOrigin({ search }: RollbackContext, { from }: AliasMove): Promise<NamedIndex | string> {
  const [previous, ...others] = from
  if (!previous) return 'pointed to nothing before'
  if (others.length > 0) return 'pointed to several indices before'
  const found = await getIndex(search, previous.name)
  return found?.uuid === previous.uuid
    ? previous
    : `pointed to ${previous.name} before, which no longer exists`
}
