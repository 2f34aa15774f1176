import { scopes, type Scope } from '@ingestion-server/core'

/** The caller of a request, and what it may do. */
export interface Principal {
  /** Of the token; null: a caller without one, or with `API_TOKEN`. */
  id: string | null
  /** The token's name, which tasks show as `requested_by`; null: the caller has no name. */
  name: string | null
  scopes: ReadonlySet<Scope>
}

/** Programs on this machine while no token is defined, and callers with `API_TOKEN`. */
export const unnamedAdmin: Principal = { id: null, name: null, scopes: new Set(scopes) }

export function allows(principal: Principal, scope: Scope): boolean {
  return principal.scopes.has(scope) || principal.scopes.has('admin')
}
