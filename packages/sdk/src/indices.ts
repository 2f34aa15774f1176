import type { Index, IndexList, Stat } from './contract-types.ts'
import { readBody, type RequestOptions, type Transport } from './http/index.ts'
import { createAction, type StartAction } from './tasks/index.ts'

/** The indices of the models, and the aliases that searches go through. */
export interface Indices {
  /** All indices, by model, newest first. */
  list(options?: RequestOptions): Promise<IndexList>
  /** @throws NotFoundError */
  get(name: string, options?: RequestOptions): Promise<Index>
  /** Describes a name: an index, an alias, or unused. */
  stat(name: string, options?: RequestOptions): Promise<Stat>
  /**
   * Points an alias back to its previous index.
   *
   * @throws ConflictError (code `nothing_to_roll_back`); UnprocessableError when the first response was lost
   *   and the alias has moved since: it is not moved twice
   */
  readonly rollback: StartAction<string>
}

export function createIndices(transport: Transport): Indices {
  return {
    list: async (options) =>
      readBody<IndexList>(await transport.send({ ...options, path: 'index' }), 'list of indices', {
        models: 'array',
      }),
    get: async (name, options) =>
      readBody<Index>(await transport.send({ ...options, path: `index/${segment(name)}` }), 'index', {
        name: 'string',
        uuid: 'string',
      }),
    stat: async (name, options) =>
      readBody<Stat>(await transport.send({ ...options, path: `stat/${segment(name)}` }), 'stat', {
        exists: 'boolean',
      }),
    rollback: createAction(transport, (alias) => ({ path: `index/${segment(alias)}/rollback`, body: {} })),
  }
}

/** A name as one segment of a path. `.` and `..` are invalid: every URL parser removes them, encoded or not. */
function segment(name: string): string {
  if (/^\.{0,2}$/.test(name))
    throw new TypeError(`${JSON.stringify(name)} is not the name of an index or alias`)
  return encodeURIComponent(name)
}
