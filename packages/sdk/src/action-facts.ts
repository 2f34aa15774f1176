import { actionFacts as facts, actionNames as names } from '@ingestion-server/core/actions'
import type { ActionFacts, ActionName } from '@ingestion-server/core/contract'

/**
 * Entry `@ingestion-server/sdk/actions`: plain data about the actions, for programs that list them or build forms for
 * their requests, such as the command line. Separate from the client, which does not need it.
 *
 * @example
 * import { actionFacts } from '@ingestion-server/sdk/actions'
 * for (const { label, description } of Object.values(actionFacts)) console.log(label, description)
 */
export const actionFacts: Readonly<Record<ActionName, ActionFacts>> = facts

/** The wire names of the actions. */
export const actionNames: readonly ActionName[] = names

export type {
  ActionFacts,
  ActionName,
  FieldFacts,
  FieldKind,
  PhaseRole,
} from '@ingestion-server/core/contract'
