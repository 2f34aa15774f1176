import type { TaskRequest } from '../../src/index.ts'
import { withSuiteHost, type SuiteOptions } from './suite.ts'

/**
 * Entry for workerd: one request is one slice of work, as on an edge where a request may take some seconds only. A
 * socket belongs to the request that opened it, so each has connections of its own.
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
