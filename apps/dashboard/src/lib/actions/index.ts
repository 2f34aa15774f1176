import type { ActionName } from '@ingestion-server/core/actions'
import type { ActionDescriptor, ControlsOf } from './action-descriptor.ts'
import { createFilteredIndex } from './create-filtered-index/descriptor.ts'
import { deleteIndex } from './delete-index/descriptor.ts'
import { pointAlias } from './point-alias/descriptor.ts'
import { reindex } from './reindex/descriptor.ts'

/** What the dashboard's server adds to the facts of each action. Its icon, which pages load, is in `icons.ts`. */
export const actions = {
  REINDEX: reindex,
  CREATE_AND_POPULATE_FILTERED_INDEX: createFilteredIndex,
  POINT_ALIAS: pointAlias,
  DELETE_INDEX: deleteIndex,
} satisfies { [Name in ActionName]: ActionDescriptor & { controls: ControlsOf<Name> } }

/** @returns null for an unknown action, such as one of a newer server */
export function findAction(name: string): ActionDescriptor | null {
  const known: Readonly<Record<string, ActionDescriptor>> = actions
  return Object.hasOwn(known, name) ? (known[name] ?? null) : null
}
