import { SearchRefusedError } from '../errors.ts'
import { classifySearchError, searchErrorType } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { loadSettings } from './index-settings.ts'

export interface IndexClone {
  source: string
  target: string
  /** Hidden alias that the target has from its first moment on. */
  alias: string
}

/** The block is copied from the source otherwise; the rest as for an index that is filled. */
const cloneSettings = {
  'index.blocks.write': null,
  ...Object.fromEntries(Object.entries(loadSettings).map(([name, value]) => [`index.${name}`, value])),
}

/**
 * Has an index cloned whose writes are blocked: with hard links, on the nodes where its shards are. Does not wait
 * until the clone can be searched.
 *
 * @returns `exists` when there is an index of the target's name; the reason when the cluster refuses
 */
export async function cloneIndex(
  client: SearchClient,
  { source, target, alias }: IndexClone,
): Promise<'started' | 'exists' | { refused: SearchRefusedError }> {
  try {
    await client.indices.clone({
      index: source,
      target,
      wait_for_active_shards: '0',
      body: { settings: cloneSettings, aliases: { [alias]: { is_hidden: true } } },
    })
    return 'started'
  } catch (error) {
    if (searchErrorType(error) === 'resource_already_exists_exception') return 'exists'
    const failure = classifySearchError(error)
    if (failure instanceof SearchRefusedError) return { refused: failure }
    throw error
  }
}

/** Waits, `atMostMs` at most, until all shards of an index are active. @returns whether they are */
export async function waitForGreen(client: SearchClient, index: string, atMostMs: number): Promise<boolean> {
  const { body } = await client.cluster.health(
    { index, wait_for_status: 'green', timeout: `${atMostMs}ms` },
    // 408 says that the time was not enough.
    { ignore: [408] },
  )
  return !body.timed_out
}
