import type { Scenario } from './round-plan.ts'

type Body = Record<string, unknown>

export interface ScenarioRequests {
  /** Tasks that run before the faults begin. */
  before: readonly Body[]
  /** The task that the faults disturb. */
  disturbed: Body
}

/**
 * The request bodies of the tasks of a scenario.
 *
 * @param isAlone whether the cluster, and so the alias of the model, has no other user
 */
export function requestsOf(scenario: Scenario, suffix: string, isAlone: boolean): ScenarioRequests {
  const reindex = { model: 'image', action: 'REINDEX', index_suffix: suffix }
  switch (scenario) {
    case 'reindex':
    case 'cancel':
    case 'cancel, then retry':
      return { before: [], disturbed: reindex }
    case 'reindex, documents verified':
      return { before: [], disturbed: { ...reindex, verify: 'documents' } }
    case 'reindex, then redrive':
      return { before: [], disturbed: { ...reindex, max_failed: 10_000 } }
    case 'filter':
      return {
        before: [reindex],
        disturbed: {
          model: 'image',
          action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
          origin_index_suffix: suffix,
          destination_index_suffix: suffix,
        },
      }
    case 'promote':
      return {
        before: [reindex],
        disturbed: {
          model: 'image',
          action: 'POINT_ALIAS',
          index_suffix: suffix,
          allow_shrink: true,
          ...(isAlone ? { alias: 'image' } : { alias: 'image-filtered', allow_unfiltered: true }),
        },
      }
    case 'delete':
      return {
        before: [reindex],
        disturbed: { model: 'image', action: 'DELETE_INDEX', index_suffix: suffix },
      }
  }
}
