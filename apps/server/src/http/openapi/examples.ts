/** The life of an index, from the database to searches: what the README does with curl. */
export const taskExamples = {
  reindex: {
    summary: 'Build an index from the database',
    value: { model: 'image', action: 'REINDEX', index_suffix: '20231106' },
  },
  filter: {
    summary: 'Build the filtered index from it',
    value: {
      model: 'image',
      action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
      destination_index_suffix: '20231106',
    },
  },
  promote: {
    summary: 'Let searches use it',
    value: { model: 'image', action: 'POINT_ALIAS', index_suffix: '20231106', alias: 'image' },
  },
  delete: {
    summary: 'Delete an index that nobody uses any more',
    value: { model: 'image', action: 'DELETE_INDEX', index_suffix: '20231001' },
  },
}
