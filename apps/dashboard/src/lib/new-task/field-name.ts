import type { actionFacts, ActionName } from '@ingestion-server/core/actions'

/**
 * Names of the fields of a form: those of the requests. `index`, which is `<model>/<suffix>` of an existing index, is one
 * choice instead of two that depend on each other. `alias` is `default`, `filtered`, or `both` in one step.
 */
export type FieldName =
  'model' | 'index' | { [Name in ActionName]: keyof (typeof actionFacts)[Name]['fields'] }[ActionName]

/** Both aliases in one step: a choice of `alias` in the form. */
export const withFiltered = 'with_filtered'
