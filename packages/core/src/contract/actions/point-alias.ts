import type { ActionFacts } from './action-facts.ts'

export const pointAliasFacts = {
  name: 'POINT_ALIAS',
  requestName: 'PointAliasRequest',
  scope: 'write',
  method: 'pointAlias',
  command: 'promote',
  label: 'Promote',
  title: 'Promote an index',
  verb: 'Promote',
  description: 'Points an alias to an index atomically: searches use the index from then on.',
  example: {
    summary: 'Make searches use it',
    value: { model: 'image', action: 'POINT_ALIAS', index_suffix: '20231106', alias: 'image' },
  },
  createsIndex: false,
  removesSensitive: false,
  writesDocuments: false,
  phases: { planning: 'first', promoting: 'work' },
  fields: {
    index_suffix: { option: 'suffix', help: 'of the index', kind: 'suffix', isRequired: true },
    alias: { option: 'alias', help: '<model> or <model>-filtered (default: <model>)', kind: 'alias' },
    /** Moves `<model>-filtered` in the same step, to a filtered copy of the index. */
    with_filtered: {
      option: 'with-filtered',
      help: 'move <model>-filtered to the filtered copy of the index in the same step',
      kind: 'flag',
    },
    /** Names that copy; absent: the newest one that was filtered from the index. */
    filtered_index_suffix: {
      option: 'filtered-suffix',
      help: 'of that copy (default: the newest one that was filtered from the index)',
      kind: 'copy suffix',
    },
    allow_unfiltered: {
      option: 'allow-unfiltered',
      help: 'let the filtered alias point to an index with all documents',
      kind: 'flag',
    },
    allow_unverified: {
      option: 'allow-unverified',
      help: 'accept an index that this server did not verify',
      kind: 'flag',
    },
    allow_shrink: {
      option: 'allow-shrink',
      help: 'accept an index that has far fewer documents than the live one',
      kind: 'flag',
    },
    allow_changed: {
      option: 'allow-changed',
      help: 'accept an index that has changed since it was verified',
      kind: 'flag',
    },
  },
} as const satisfies ActionFacts
