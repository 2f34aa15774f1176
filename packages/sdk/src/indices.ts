import type { Index, IndexList, Stat } from './contract-types.ts'
import { readBody, type RequestOptions, type Transport } from './http/index.ts'
import { createTaskHandle, readScheduledTask, type TaskHandle } from './tasks/index.ts'

/** The indices of the models, and the aliases that searches go through. */
export interface Indices {
  /** All of them, by model, newest first. */
  list(options?: RequestOptions): Promise<IndexList>
  /** @throws NotFoundError */
  get(name: string, options?: RequestOptions): Promise<Index>
  /** What stands behind a name; one that nothing has is an answer too. */
  stat(name: string, options?: RequestOptions): Promise<Stat>
  /**
   * Points an alias back to where it pointed before.
   *
   * @throws ConflictError (code `nothing_to_roll_back`)
   */
  rollback(alias: string, options?: RequestOptions): Promise<TaskHandle>
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
    async rollback(alias, options) {
      const path = `index/${segment(alias)}/rollback`
      const answer = await transport.send({ ...options, method: 'POST', path, body: {} })
      return createTaskHandle(transport, readScheduledTask(answer, transport.clock.now()))
    },
  }
}

/** A name as one segment of a path. `.` and `..` can't be: every URL parser takes them away, encoded or not. */
function segment(name: string): string {
  if (/^\.{0,2}$/.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of an index or alias`)
  return encodeURIComponent(name)
}
