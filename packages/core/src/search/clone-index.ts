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
import { parseResponse } from './parse-response.ts'

export interface IndexClone {
  source: IndexInfo
  target: string
  /** Hidden alias that the target has from its creation on. */
  alias: string
}

/**
 * Settings of the clone that override the source's, which may be live and have settings for searches; same as for a new
 * index.
 */
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
 * Clones an index whose writes are blocked, with hard links on the nodes that hold its shards. Does not wait until the
 * clone is searchable. Settings of the source that would harm a new index are not copied. The cluster refuses the
 * request if such a setting can't be omitted, such as the sort order of a sorted index.
 *
 * @returns `exists` when an index of the target's name exists; the reason when the cluster refuses
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

/** Polling interval for a clone's health where OpenSearch can't be asked to wait for it, milliseconds. */
const pollMs = 100

/** Waits, for at most `atMostMs`, until all shards of an index are active. @returns whether they are */
export async function waitForGreen(
  client: SearchClient,
  index: string,
  atMostMs: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<boolean> {
  try {
    const { body } = await client.cluster.health(
      { index, wait_for_status: 'green', timeout: `${atMostMs}ms` },
      // 408 means that the time was not enough.
      { ignore: [408] },
    )
    return !parseResponse(clusterHealthSchema, body, `GET _cluster/health/${index}`).timed_out
  } catch (error) {
    if (!isForbidden(error)) throw error
    await clock.sleep(Math.min(pollMs, atMostMs), signal)
    return (await readHealth(client, index)).health === 'green'
  }
}

/**
 * Compares a clone with its source index.
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
    // The source's `_meta` describes the task that built the source, not the clone.
    mappings: { ...source.mappings, _meta: {} },
    aliases: [alias],
  })
}
