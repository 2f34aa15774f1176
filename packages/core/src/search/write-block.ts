import { IndexReplacedError } from '../errors.ts'
import { searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { flattenSettings } from './flat-settings.ts'
import type { IndexInfo } from './indices.ts'

/*
 * A task that blocks the writes of an index, be it its own or the source of a filtered one, marks it first with an
 * alias that no bulk request knows, and blocks and lifts only through that alias. So a worker that was given up, and wakes up late, finds no alias and
 * blocks nothing; and the mark shows that the block beside it is a task's, not an operator's.
 */

export function isWriteBlocked({ settings }: IndexInfo): boolean {
  return flattenSettings(settings)['blocks.write'] === 'true'
}

export function isReadBlocked({ settings }: IndexInfo): boolean {
  return flattenSettings(settings)['blocks.read'] === 'true'
}

/**
 * Blocks the writes of the index behind an alias, and waits for those that are under way.
 *
 * @returns false when there is no such alias
 */
export function blockWrites(client: SearchClient, alias: string): Promise<boolean> {
  return unlessMissing(client.indices.addBlock({ index: alias, block: 'write' }))
}

/**
 * Blocks writes through an alias of the task, and makes everything written so far durable and searchable. The block
 * waits for the requests that are under way, so what comes after it sees all of them.
 *
 * @throws IndexReplacedError when there is no such alias
 */
export async function blockIndexWrites(client: SearchClient, index: string, alias: string): Promise<void> {
  if (!(await blockWrites(client, alias))) throw new IndexReplacedError(index)
  await client.indices.flush({ index, wait_if_ongoing: true })
  await client.indices.refresh({ index })
}

/** Lifts the block of `blockIndexWrites`; without the alias nothing happens. */
export async function unblockIndexWrites(client: SearchClient, alias: string): Promise<void> {
  await unlessMissing(
    client.indices.putSettings({ index: alias, body: { index: { 'blocks.write': null } as object } }),
  )
}

/** Lifts the block that was put by way of an alias, and takes the alias away; without the alias nothing happens. */
export async function liftWriteBlock(client: SearchClient, index: string, alias: string): Promise<void> {
  const settings = { 'index.blocks.write': null }
  const isMarked = await unlessMissing(client.indices.putSettings({ index: alias, body: settings }))
  if (!isMarked) return
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
