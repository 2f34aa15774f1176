import { indexSuffixSchema, type PointAliasRequest } from '../../contract/index.ts'
import { NothingToRollBackError } from '../../errors.ts'
import { findAliasTargets, getIndex, type NamedIndex } from '../../search/index.ts'
import type { TaskContext } from '../../tasks/index.ts'

type RollbackContext = Pick<TaskContext, 'search' | 'store'>

/**
 * The POINT_ALIAS that points an alias back to its target before the last move. It allows what a promotion normally
 * refuses (smaller, unfiltered or made elsewhere), because the index was live like that before.
 *
 * @throws NothingToRollBackError
 */
export async function rollbackRequest(
  context: RollbackContext & Pick<TaskContext, 'models'>,
  alias: string,
): Promise<PointAliasRequest> {
  const previous = await findPrevious(context, alias)
  if (previous instanceof NothingToRollBackError) throw previous
  const model = context.models.find(({ name }) => previous.model === name)
  const suffix = indexSuffixSchema.safeParse(previous.name.slice(previous.model.length + 1))
  if (!model || !suffix.success || !previous.name.startsWith(`${model.name}-`)) {
    throw new NothingToRollBackError(alias, `${previous.name} is no index of a model of this server`)
  }
  return {
    model: model.name,
    action: 'POINT_ALIAS',
    alias,
    index_suffix: suffix.data,
    allow_unfiltered: true,
    allow_unverified: true,
    allow_shrink: true,
    allow_changed: true,
  }
}

/** The index that an alias can be rolled back to, or why it can't. */
export async function findPrevious(
  { search, store }: RollbackContext,
  alias: string,
): Promise<(NamedIndex & { model: string }) | NothingToRollBackError> {
  const no = (reason: string) => new NothingToRollBackError(alias, reason)
  const move = await store.lastAliasMove(alias)
  if (!move) return no('no move of it is known')
  const now = await findAliasTargets(search, alias)
  if (now.length !== 1 || now[0]?.uuid !== move.to?.uuid) return no('another client has moved it since')
  const [previous, ...others] = move.from
  if (!previous) return no('it pointed to nothing before')
  if (others.length > 0) return no('it pointed to several indices before')
  const found = await getIndex(search, previous.name)
  if (found?.uuid !== previous.uuid) return no(`${previous.name} is gone`)
  return { ...previous, model: move.model }
}
