import { scopes, type Scope } from '@ingestion-server/core'

/** Whoever calls, and what they may do. */
export interface Principal {
  /** Of the token; null: a caller without one, or with `API_TOKEN`. */
  id: string | null
  /** The token's name, which tasks show as `requested_by`; null: nobody in particular. */
  name: string | null
  scopes: ReadonlySet<Scope>
}

/** Programs on this machine while no token is defined, and whoever has `API_TOKEN`. */
export const unnamedAdmin: Principal = { id: null, name: null, scopes: new Set(scopes) }

export function allows(principal: Principal, scope: Scope): boolean {
  return principal.scopes.has(scope) || principal.scopes.has('admin')
}
