import type { Clock } from '../clock.ts'
import { SearchRefusedError } from '../errors.ts'
import { classifySearchError, isForbidden, searchErrorType } from './classify-search-error.ts'
import { clusterHealthSchema } from './cluster-health.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { plainSettings, requireIndexAsWanted } from './create-index.ts'
import { listHarmfulSettings, settingsInCommon, settingsOfFields } from './index-contents.ts'
import { readHealth } from './health.ts'
import { loadSettings } from './index-settings.ts'
import type { IndexInfo } from './indices.ts'
import { parseAnswer } from './parse-answer.ts'

export interface IndexClone {
  source: IndexInfo
  target: string
  /** Hidden alias that the target has from its first moment on. */
  alias: string
}

/** Copied from the source otherwise, which may be live and have what searches need there; these as for a new index. */
const cloneSettings = {
  'blocks.write': null,
  'blocks.read_only': null,
  'blocks.read_only_allow_delete': null,
  'blocks.metadata': null,
  auto_expand_replicas: null,
  ...plainSettings,
  ...loadSettings,
}

/**
 * Has an index cloned whose writes are blocked: with hard links, on the nodes where its shards are. Does not wait
 * until the clone can be searched. Settings of the source that would do harm to a new index are not taken over; the
 * cluster refuses where one can't be left out, such as the order of an index that is sorted.
 *
 * @returns `exists` when there is an index of the target's name; the reason when the cluster refuses
 */
export async function cloneIndex(
  client: SearchClient,
  { source, target, alias }: IndexClone,
): Promise<'started' | 'exists' | { refused: SearchRefusedError }> {
  const reset = Object.fromEntries(listHarmfulSettings(source).map((name) => [name, null]))
  try {
    await client.indices.clone({
      index: source.name,
      target,
      wait_for_active_shards: '0',
      body: {
        settings: { index: { ...reset, ...cloneSettings } },
        aliases: { [alias]: { is_hidden: true } },
      },
    })
    return 'started'
  } catch (error) {
    if (searchErrorType(error) === 'resource_already_exists_exception') return 'exists'
    const failure = classifySearchError(error)
    if (failure instanceof SearchRefusedError) return { refused: failure }
    throw error
  }
}

/** How often it is looked whether a clone can be searched where OpenSearch can't be asked to wait for it. */
const pollMs = 100

/** Waits, `atMostMs` at most, until all shards of an index are active. @returns whether they are */
export async function waitForGreen(
  client: SearchClient,
  index: string,
  atMostMs: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<boolean> {
  try {
    const { body } = await client.cluster.health(
      { index, wait_for_status: 'green', timeout: `${atMostMs}ms` },
      // 408 says that the time was not enough.
      { ignore: [408] },
    )
    return !parseAnswer(clusterHealthSchema, body, `GET _cluster/health/${index}`).timed_out
  } catch (error) {
    if (!isForbidden(error)) throw error
    await clock.sleep(Math.min(pollMs, atMostMs), signal)
    return (await readHealth(client, index)).health === 'green'
  }
}

/**
 * Compares a clone with the index that it is of.
 *
 * @throws IndexDiffersError
 */
export async function requireClone(
  client: SearchClient,
  source: IndexInfo,
  clone: IndexInfo,
  alias: string,
): Promise<void> {
  await requireIndexAsWanted(client, clone, {
    settings: { ...settingsInCommon(source, clone), ...settingsOfFields(source), ...cloneSettings },
    // What it says of the task that built the source is not the clone's.
    mappings: { ...source.mappings, _meta: {} },
    aliases: [alias],
  })
}
