/**
 * The effect of a setting that was not requested on an index that is built here:
 * - `own`: OpenSearch sets it itself.
 * - `harmless`: it changes where and how the index is stored, or what is logged, but not its documents or search
 *   results. It is an operator's choice and kept.
 * - `harmful`: it changes, refuses or hides documents, changes search results, or reduces durability.
 * - `unlisted`: any other, such as one of a plugin.
 */
export type SettingEffect = 'own' | 'harmless' | 'harmful' | 'unlisted'

/** Names, or prefixes, which end in a dot. */
const own = [
  'creation_date',
  'creation_date_string',
  'history.uuid',
  'provided_name',
  'replication.type',
  'remote_store.',
  'resize.',
  'shard_limit.',
  'uuid',
  'verified_before_close',
  'version.',
]

const harmless = [
  'allocation.',
  'check_on_startup',
  'codec',
  'codec.',
  'gc_deletes',
  'indexing.slowlog.',
  'knn',
  'knn.',
  'merge.',
  'merge_on_flush.',
  'number_of_routing_shards',
  'optimize_auto_generated_id',
  'priority',
  'queries.cache.enabled',
  'recovery.',
  'requests.cache.enable',
  'routing.allocation.',
  'routing.rebalance.',
  'search.concurrent.',
  'search.concurrent_segment_search.',
  'search.idle.after',
  'search.slowlog.',
  'soft_deletes.',
  'store.',
  'translog.',
  'unassigned.',
  'use_compound_file',
  'warmer.',
]

const harmful = [
  'analysis.analyzer.default',
  'analysis.analyzer.default.',
  'analysis.analyzer.default_search.',
  'append_only.enabled',
  'auto_expand_replicas',
  'blocks.metadata',
  'blocks.read',
  'blocks.read_only',
  'blocks.write',
  'default_pipeline',
  'final_pipeline',
  'hidden',
  'lifecycle.',
  'mapping.coerce',
  'mapping.ignore_malformed',
  'mapper.dynamic',
  'number_of_replicas',
  'opendistro.index_state_management.',
  'plugins.index_state_management.',
  'query.default_field',
  'refresh_interval',
  'routing_partition_size',
  'routing_path',
  'search.default_pipeline',
  'similarity.default.',
  'sort.',
  'translog.durability',
  'write.wait_for_active_shards',
]

/** Limits that this server relies on, with OpenSearch's defaults: a template may raise one, but not lower it. */
const limits: Readonly<Record<string, number>> = {
  'analyze.max_token_count': 10_000,
  'mapping.depth.limit': 20,
  'mapping.field_name_length.limit': 50_000,
  'mapping.nested_fields.limit': 50,
  'mapping.nested_objects.limit': 10_000,
  'mapping.total_fields.limit': 1_000,
  max_adjacency_matrix_filters: 100,
  max_docvalue_fields_search: 100,
  max_inner_result_window: 100,
  max_ngram_diff: 1,
  max_refresh_listeners: 1_000,
  max_regex_length: 1_000,
  max_rescore_window: 10_000,
  max_result_window: 10_000,
  max_script_fields: 32,
  max_shingle_diff: 3,
  max_slices_per_pit: 1_024,
  max_slices_per_scroll: 1_024,
  max_terms_count: 65_536,
}

/** Values with which a harmful setting has no effect. */
const idle: Readonly<Record<string, string>> = {
  'append_only.enabled': 'false',
  auto_expand_replicas: 'false',
  default_pipeline: '_none',
  final_pipeline: '_none',
  hidden: 'false',
  'mapping.coerce': 'true',
  'mapping.ignore_malformed': 'false',
  routing_partition_size: '1',
  'search.default_pipeline': '_none',
  'translog.durability': 'REQUEST',
  'write.wait_for_active_shards': '1',
}

/** The effect of an unrequested setting, by its name without `index.` and its value. */
export function effectOf(name: string, value: string | readonly string[]): SettingEffect {
  const limit = limits[name]
  if (limit !== undefined) return Number(value) >= limit ? 'harmless' : 'harmful'
  if (isIdle(name, value)) return 'own'
  if (includes(harmful, name)) return 'harmful'
  if (includes(own, name)) return 'own'
  return includes(harmless, name) ? 'harmless' : 'unlisted'
}

/** Whether a setting's value has no effect. */
export function isIdle(name: string, value: string | readonly string[]): boolean {
  if (name.startsWith('blocks.')) return value === 'false'
  // An empty list does not sort.
  if (name.startsWith('sort.')) return value.length === 0
  return typeof value === 'string' && idle[name]?.toLowerCase() === value.toLowerCase()
}

function includes(names: readonly string[], name: string): boolean {
  return names.some((listed) => (listed.endsWith('.') ? name.startsWith(listed) : name === listed))
}
