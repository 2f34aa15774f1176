import { z } from 'zod'
import { writeAliasEnding } from '../contract/index.ts'
import { searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { getIndex } from './indices.ts'
import { IndexReplacedError, SearchUnavailableError } from '../errors.ts'
import { parseResponse } from './parse-response.ts'
import { IndexClosedError } from '../index-errors.ts'

/**
 * A task writes only through an alias of its own, and a bulk request requires that its target is an alias. Removing the
 * alias stops every writer that still uses it, however late it resumes.
 *
 * The name has the prefix of the model's indices, so that a role for that prefix is enough. An earlier release used
 * names without the model; they are recognised everywhere.
 */
const pattern = new RegExp(`^(?:.+-)?${writeAliasEnding.source}`)

export function writeAliasName({ id, model }: { id: string; model: string }, number: number): string {
  return `${model}-ingest-${id}-${number}`
}

/** Whether an alias belongs to a task. Such aliases serve no searches and don't count as "in use". */
export function isWriteAlias(alias: string): boolean {
  return taskOf(alias) !== null
}

/** Whether an alias was created by a task in any of its runs. */
export function isWriteAliasOf(taskId: string, alias: string): boolean {
  return taskOf(alias) === taskId
}

function taskOf(alias: string): string | null {
  return pattern.exec(alias)?.[1] ?? null
}

/**
 * Replaces all write aliases of an index by one, or by none, in one step.
 *
 * @param index.uuid the expected UUID of the index
 * @throws IndexClosedError when it is closed and an alias is to be added
 * @throws IndexReplacedError when the index was deleted or replaced
 */
export async function replaceWriteAlias(
  client: SearchClient,
  index: { name: string; uuid: string },
  alias: string | null,
): Promise<void> {
  const found = await getIndex(client, index.name)
  if (found?.uuid !== index.uuid) throw new IndexReplacedError(index.name)
  if (found.isClosed && alias !== null) throw new IndexClosedError(index.name)
  const old = found.aliases.filter((name) => isWriteAlias(name) && name !== alias)
  const actions = [
    // Atomic: a delayed call finds these aliases missing, and adds no alias either.
    ...old.map((name) => ({ remove: { index: index.name, alias: name, must_exist: true } })),
    ...(alias === null ? [] : [{ add: { index: index.name, alias, is_hidden: true } }]),
  ]
  if (actions.length === 0) return
  try {
    await client.indices.updateAliases({ body: { actions } })
  } catch (error) {
    if (searchStatus(error) !== 404) throw error
    throw new SearchUnavailableError(`the aliases of index ${index.name} changed at the same moment`, {
      cause: error,
    })
  }
}

/** Replaces the write aliases that a task has on an index by one or by none; keeps those of other tasks. */
export async function replaceOwnWriteAlias(
  client: SearchClient,
  index: string,
  taskId: string,
  alias: string | null,
): Promise<void> {
  const found = await getIndex(client, index)
  if (!found) return
  const old = found.aliases.filter((name) => isWriteAliasOf(taskId, name) && name !== alias)
  const actions = [
    ...old.map((name) => ({ remove: { index, alias: name, must_exist: false } })),
    ...(alias === null ? [] : [{ add: { index, alias, is_hidden: true } }]),
  ]
  if (actions.length > 0) await client.indices.updateAliases({ body: { actions } })
}

export interface FoundWriteAlias {
  index: string
  alias: string
  taskId: string
}

/** The write aliases of all indices that match the patterns, including those of other servers on the same cluster. */
export async function listWriteAliases(
  client: SearchClient,
  patterns: readonly string[],
): Promise<FoundWriteAlias[]> {
  const { statusCode, body } = await client.indices.getAlias(
    { index: [...patterns], expand_wildcards: 'all' },
    { ignore: [404] },
  )
  if (statusCode === 404) return []
  const found = parseResponse(aliasesSchema, body, 'GET _alias')
  return Object.entries(found).flatMap(([index, { aliases }]) =>
    Object.keys(aliases).flatMap((alias) => {
      const taskId = taskOf(alias)
      return taskId === null ? [] : [{ index, alias, taskId }]
    }),
  )
}

const aliasesSchema = z.record(z.string(), z.object({ aliases: z.record(z.string(), z.unknown()) }))
