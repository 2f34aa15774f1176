import type { SearchClient } from './connect-opensearch.ts'
import { getIndex } from './indices.ts'
import { IndexReplacedError } from '../errors.ts'

/**
 * A task writes only through an alias of its own, and a bulk request demands that its target is an alias. Taking
 * the alias away stops every writer that still knows it, however late it wakes up.
 */
const prefix = 'ingest-'

export function writeAliasName(taskId: string, number: number): string {
  return `${prefix}${taskId}-${number}`
}

/** Whether an alias is a task's own. Such aliases serve no search and don't count as "in use". */
export function isWriteAlias(alias: string): boolean {
  return alias.startsWith(prefix)
}

/**
 * Replaces all write aliases of an index by one, or by none, in one step.
 *
 * @param index.uuid what the name must still stand for
 * @throws IndexReplacedError when the name stands for nothing or for another index
 */
export async function replaceWriteAlias(
  client: SearchClient,
  index: { name: string; uuid: string },
  alias: string | null,
): Promise<void> {
  const found = await getIndex(client, index.name)
  if (found?.uuid !== index.uuid) throw new IndexReplacedError(index.name)
  const old = found.aliases.filter((name) => isWriteAlias(name) && name !== alias)
  const actions = [
    ...old.map((name) => ({ remove: { index: index.name, alias: name } })),
    ...(alias === null ? [] : [{ add: { index: index.name, alias, is_hidden: true } }]),
  ]
  if (actions.length > 0) await client.indices.updateAliases({ body: { actions } })
}
