import type { ActionFacts } from './action-facts.ts'

export const filteredIndexFacts = {
  name: 'CREATE_AND_POPULATE_FILTERED_INDEX',
  requestName: 'FilteredIndexRequest',
  scope: 'write',
  method: 'createFilteredIndex',
  command: 'filter',
  label: 'Filter',
  title: 'Create a filtered index',
  verb: 'Create',
  description: 'Copies a verified index and removes the documents that contain sensitive terms.',
  example: {
    summary: 'Build the filtered index from it',
    value: {
      model: 'image',
      action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
      destination_index_suffix: '20231106',
    },
  },
  createsIndex: true,
  removesSensitive: true,
  writesDocuments: false,
  phases: {
    planning: 'first',
    cloning: 'work',
    copying: 'work',
    deleting_sensitive: 'work',
    expunging: 'finish',
    verifying: 'finish',
    restoring: 'finish',
  },
  fields: {
    destination_index_suffix: {
      option: 'suffix',
      help: 'of the filtered index, without "-filtered"',
      kind: 'new suffix',
      isRequired: true,
    },
    origin_index_suffix: {
      option: 'from',
      help: 'of the index to filter, if it is a different one',
      kind: 'suffix',
      isUnfiltered: true,
    },
  },
} as const satisfies ActionFacts
