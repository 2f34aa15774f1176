import { reindexWithCore, type CoreOptions } from './reindex-with-core.ts'

/** Entry for workerd. */
export default {
  fetch: async (_request: Request, env: { OPTIONS: CoreOptions }): Promise<Response> =>
    Response.json(await reindexWithCore(env.OPTIONS)),
}
