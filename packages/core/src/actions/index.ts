export { createFilteredIndex } from './create-filtered-index/index.ts'
export { reindex } from './reindex/index.ts'
