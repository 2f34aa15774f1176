import { actionFacts, type Scope } from '@ingestion-server/core'
import type { Operation } from '../../src/http/openapi/operation.ts'

/** The actions for whose tasks an operation requires another scope than its own. */
export function scopesByAction({
  scope,
  scopeDependsOnAction,
}: Operation): { action: string; scope: Scope }[] {
  if (!scopeDependsOnAction) return []
  return Object.values(actionFacts)
    .filter((facts) => facts.scope !== scope)
    .map((facts) => ({ action: facts.name, scope: facts.scope }))
}
