import type { ActionName } from '../contract/index.ts'
import type { Action } from '../tasks/index.ts'
import { createFilteredIndex } from './create-filtered-index/index.ts'
import type { ActionOf } from './define-action.ts'
import { deleteIndex } from './delete-index/index.ts'
import { pointAlias } from './point-alias/index.ts'
import { reindex } from './reindex/index.ts'

const byName: { [Name in ActionName]: ActionOf<Name> } = {
  REINDEX: reindex,
  CREATE_AND_POPULATE_FILTERED_INDEX: createFilteredIndex,
  POINT_ALIAS: pointAlias,
  DELETE_INDEX: deleteIndex,
}

/** All actions of the server. */
export const actions: readonly Action[] = Object.values(byName)

export { createFilteredIndex, deleteIndex, pointAlias, reindex }
export { describeIndex, listIndices } from './overview/list-indices.ts'
export { explainDocument } from './overview/explain-document.ts'
export { listBuilds } from './overview/list-builds.ts'
export { listIndexDocuments } from './overview/list-documents.ts'
export { readIndexDetails } from './overview/read-details.ts'
export { rollbackRequest } from './overview/rollback-request.ts'
export { statName } from './overview/stat-name.ts'
export { planTask } from './plan-task.ts'
export { collectOrphans, type CollectedOrphan } from './collect-orphans.ts'
