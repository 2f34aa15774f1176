import { IndexReplacedError } from '../errors.ts'
import { searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { flattenSettings } from './flat-settings.ts'
import { refreshIndex } from './index-contents.ts'
import type { IndexInfo } from './indices.ts'
import { requireAllShards } from './shard-failures.ts'

/*
 * A task that blocks writes on an index, its own or the source of a filtered one, first adds a write alias that no bulk
 * request uses, and sets and removes the block only through that alias. A worker that lost its lease and resumes late
 * finds no alias and blocks nothing. The alias also distinguishes the task's block from an operator's.
 */

export function isWriteBlocked({ settings }: IndexInfo): boolean {
  return flattenSettings(settings)['blocks.write'] === 'true'
}

export function isReadBlocked({ settings }: IndexInfo): boolean {
  return flattenSettings(settings)['blocks.read'] === 'true'
}

/**
 * Blocks writes to the index behind an alias, and waits for those under way.
 *
 * @returns false when there is no such alias
 * @throws SearchRefusedError, SearchUnavailableError when a shard did not confirm the block
 */
export function blockWrites(client: SearchClient, alias: string): Promise<boolean> {
  return unlessMissing(
    client.indices
      .addBlock({ index: alias, block: 'write' })
      .then(({ body }) => requireAllShards(`the write block through ${alias}`, body)),
  )
}

/**
 * Blocks writes through an alias of the task, and makes everything written so far durable and searchable. The block
 * waits for requests under way, so later steps see all of them.
 *
 * @throws IndexReplacedError when there is no such alias
 */
export async function blockIndexWrites(client: SearchClient, index: string, alias: string): Promise<void> {
  if (!(await blockWrites(client, alias))) throw new IndexReplacedError(index)
  const { body } = await client.indices.flush({ index, wait_if_ongoing: true })
  requireAllShards(`the flush of ${index}`, body)
  await refreshIndex(client, index)
}

/** Removes the block of `blockIndexWrites`; without the alias nothing happens. */
export async function unblockIndexWrites(client: SearchClient, alias: string): Promise<void> {
  await unlessMissing(
    client.indices.putSettings({ index: alias, body: { index: { 'blocks.write': null } as object } }),
  )
}

/** Removes the block that was set through an alias, and the alias; without the alias nothing happens. */
export async function liftWriteBlock(client: SearchClient, index: string, alias: string): Promise<void> {
  const settings = { 'index.blocks.write': null }
  const hasAlias = await unlessMissing(client.indices.putSettings({ index: alias, body: settings }))
  if (!hasAlias) return
  await unlessMissing(client.indices.updateAliases({ body: { actions: [{ remove: { index, alias } }] } }))
}

async function unlessMissing(call: PromiseLike<unknown>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (searchStatus(error) === 404) return false
    throw error
  }
}
