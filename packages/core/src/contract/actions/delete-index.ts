import type { ActionFacts } from './action-facts.ts'

export const deleteIndexFacts = {
  name: 'DELETE_INDEX',
  requestName: 'DeleteIndexRequest',
  scope: 'delete',
  method: 'deleteIndex',
  command: 'delete',
  label: 'Delete',
  title: 'Delete an index',
  verb: 'Delete',
  description:
    'Removes an index and its documents permanently. An index that an alias points to is not deleted.',
  example: {
    summary: 'Delete an index that is no longer used',
    value: { model: 'image', action: 'DELETE_INDEX', index_suffix: '20231001' },
  },
  createsIndex: false,
  removesSensitive: false,
  writesDocuments: false,
  phases: { planning: 'first', deleting: 'work' },
  fields: {
    index_suffix: { option: 'suffix', help: 'of the index', kind: 'suffix', isRequired: true },
  },
} as const satisfies ActionFacts
