/** A right that a request needs, by OpenSearch's action name. Without indices it is a right to the cluster. */
export interface NeededRight {
  action: string
  indices?: readonly string[]
}

type Read = (match: RegExpExecArray, body: string) => NeededRight[]

const cluster =
  (...actions: string[]): Read =>
  () =>
    actions.map((action) => ({ action }))
const onIndex =
  (...actions: string[]): Read =>
  (match) =>
    actions.map((action) => ({ action, indices: namesOf(match[1]) }))

/** The security plugin checks the requests to each shard too, under a name of their own. */
const withShards = (action: string) => [action, `${action}[s]`]

function namesOf(list = ''): string[] {
  return decodeURIComponent(list).split(',')
}

/** Index and alias names of a body of `_aliases`. */
function namesInAliasActions(body: string): string[] {
  const { actions } = JSON.parse(body) as { actions: Record<string, { index: string; alias: string }>[] }
  return actions.flatMap((action) => Object.values(action).flatMap(({ index, alias }) => [index, alias]))
}

function aliasesInBody(body: string): string[] {
  return body === '' ? [] : Object.keys((JSON.parse(body) as { aliases?: object }).aliases ?? {})
}

function readReindex(body: string): NeededRight[] {
  const { source, dest } = JSON.parse(body) as { source: { index: string }; dest: { index: string } }
  return [
    { action: 'indices:data/write/reindex' },
    { action: 'indices:data/read/scroll' },
    { action: 'indices:data/write/bulk' },
    { action: 'indices:data/read/search', indices: [source.index] },
    { action: 'indices:admin/shards/search_shards', indices: [source.index] },
    { action: 'indices:data/write/index', indices: [dest.index] },
    { action: 'indices:data/write/bulk[s]', indices: [dest.index] },
  ]
}

function readBulk(match: RegExpExecArray): NeededRight[] {
  const indices = namesOf(match[1])
  return [
    { action: 'indices:data/write/bulk' },
    ...['bulk', 'bulk[s]', 'index', 'delete'].map((name) => ({
      action: `indices:data/write/${name}`,
      indices,
    })),
  ]
}

function readCreate(match: RegExpExecArray, body: string): NeededRight[] {
  const aliases = aliasesInBody(body)
  return [
    { action: 'indices:admin/create', indices: namesOf(match[1]) },
    ...(aliases.length > 0 ? [{ action: 'indices:admin/aliases', indices: aliases }] : []),
  ]
}

/** The first match counts. Paths and actions: OpenSearch's REST handlers and the transport actions they call. */
const requests: [RegExp, Read][] = [
  [/^(?:GET|HEAD) \/$/, cluster('cluster:monitor/main')],
  [/^\w+ \/_cluster\/health/, cluster('cluster:monitor/health')],
  [/^GET \/_cluster\/settings/, cluster('cluster:monitor/state')],
  [/^PUT \/_cluster\/settings/, cluster('cluster:admin/settings/update')],
  [/^\w+ \/_cat\/indices/, cluster('cluster:monitor/state', 'cluster:monitor/health')],
  [/^\w+ \/_cluster\/allocation\/explain/, cluster('cluster:monitor/allocation/explain')],
  [/^\w+ \/_cat\/allocation/, cluster('cluster:monitor/state', 'cluster:monitor/nodes/stats')],
  [/^\w+ \/_nodes/, cluster('cluster:monitor/nodes/info')],
  [/^GET \/_tasks$/, cluster('cluster:monitor/tasks/lists')],
  [/^GET \/_tasks\//, cluster('cluster:monitor/task/get')],
  [/^POST \/_tasks\//, cluster('cluster:admin/tasks/cancel')],
  [/^POST \/_(?:delete_by_query|reindex)\/.*\/_rethrottle/, cluster('cluster:admin/reindex/rethrottle')],
  [/^POST \/_index_template\/_simulate_index\//, cluster('indices:admin/index_template/simulate_index')],
  [/^GET \/_index_template/, cluster('indices:admin/index_template/get')],
  [/^GET \/_template/, cluster('indices:admin/template/get')],
  [/^POST \/_reindex$/, (_, body) => readReindex(body)],
  [/^(?:GET|POST) \/_search\/scroll/, cluster('indices:data/read/scroll')],
  [/^DELETE \/_search\/scroll/, cluster('indices:data/read/scroll/clear')],
  [
    /^POST \/_aliases$/,
    (_, body) => [{ action: 'indices:admin/aliases', indices: namesInAliasActions(body) }],
  ],
  [/^(?:POST|PUT) \/([^_/][^/]*)\/_bulk$/, readBulk],
  [
    /^POST \/([^_/][^/]*)\/_delete_by_query$/,
    (match) => [
      { action: 'indices:data/read/scroll' },
      { action: 'indices:data/write/bulk' },
      ...[
        'data/write/delete/byquery',
        'data/read/search',
        'admin/shards/search_shards',
        'data/write/delete',
        'data/write/bulk[s]',
      ].map((name) => ({ action: `indices:${name}`, indices: namesOf(match[1]) })),
    ],
  ],
  [
    /^(?:PUT|POST) \/([^_/][^/]*)\/_clone\/([^/]+)$/,
    (match, body) => [
      { action: 'indices:admin/resize', indices: namesOf(match[1]) },
      { action: 'indices:admin/create', indices: namesOf(match[2]) },
      { action: 'indices:admin/aliases', indices: aliasesInBody(body) },
    ],
  ],
  [/^(?:GET|POST) \/([^_/][^/]*)\/_(?:search|count)$/, onIndex('indices:data/read/search')],
  [/^PUT \/([^_/][^/]*)\/_settings/, onIndex('indices:admin/settings/update')],
  [/^GET \/([^_/][^/]*)\/_settings/, onIndex('indices:monitor/settings/get')],
  [/^PUT \/([^_/][^/]*)\/_block\//, onIndex(...withShards('indices:admin/block/add'))],
  [
    /^GET \/([^_/][^/]*)\/_mapping\/field\//,
    onIndex('indices:admin/mappings/fields/get', 'indices:admin/mappings/fields/get[index]'),
  ],
  [/^GET \/([^_/][^/]*)\/_mapping/, onIndex('indices:admin/mappings/get')],
  [/^(?:PUT|POST) \/([^_/][^/]*)\/_mapping/, onIndex('indices:admin/mapping/put')],
  [
    /^(?:GET|HEAD) \/([^_/][^/]*)\/_alias(?:\/(.+))?$/,
    (match) => [
      {
        action: 'indices:admin/aliases/get',
        indices: [...namesOf(match[1]), ...(match[2] ? namesOf(match[2]) : [])],
      },
    ],
  ],
  [/^(?:GET|POST) \/([^_/][^/]*)\/_analyze/, onIndex('indices:admin/analyze')],
  [/^(?:GET|POST) \/([^_/][^/]*)\/_refresh/, onIndex(...withShards('indices:admin/refresh'))],
  [/^(?:GET|POST) \/([^_/][^/]*)\/_flush/, onIndex(...withShards('indices:admin/flush'))],
  [/^POST \/([^_/][^/]*)\/_forcemerge/, onIndex('indices:admin/forcemerge')],
  [/^GET \/([^_/][^/]*)\/_stats/, onIndex('indices:monitor/stats')],
  [/^(?:GET|HEAD) \/([^_/][^/]*)$/, onIndex('indices:admin/get')],
  [/^PUT \/([^_/][^/]*)$/, readCreate],
  [/^DELETE \/([^_/][^/]*)$/, onIndex('indices:admin/delete')],
]

/**
 * The rights that a request needs with OpenSearch's security plugin.
 *
 * @param request method and path, such as `GET /image-a`
 * @returns a right that no role has for an unknown request: a new call has to be added here
 */
export function listNeededRights(request: string, body: string): NeededRight[] {
  for (const [pattern, read] of requests) {
    const match = pattern.exec(request)
    if (match) return read(match, body)
  }
  return [{ action: `unknown: ${request}` }]
}
