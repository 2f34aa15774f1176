import type { TaskRequest } from '../../src/index.ts'
import { withSuiteHost, type SuiteOptions } from './suite.ts'

/**
 * Entry for workerd: one request is one time slice, as on an edge where a request may take only some seconds. A
 * socket belongs to the request that opened it, so each request has its own connections.
 */
export default {
  async fetch(request: Request, env: { OPTIONS: SuiteOptions }): Promise<Response> {
    const [, what, taskId] = new URL(request.url).pathname.split('/')
    return withSuiteHost(env.OPTIONS, async (host) => {
      if (what === 'submit') return Response.json(await host.submit((await request.json()) as TaskRequest))
      return Response.json(await host.slice(String(taskId)))
    })
  },
}
