import { submitTask } from '@ingestion-server/core'
import { withSuiteHost, type SuiteOptions } from '../../../../packages/core/test/runtime/suite.ts'
import { createAppHarness } from './app-harness.ts'

/**
 * Entry for workerd: the HTTP interface over real services. Nothing works in the background there; instead
 * `POST /slice/{id}` works on a task for as long as a request may take.
 */
export default {
  async fetch(request: Request, env: { OPTIONS: SuiteOptions }): Promise<Response> {
    return withSuiteHost(env.OPTIONS, async (host, context) => {
      const [, what, taskId] = new URL(request.url).pathname.split('/')
      if (what === 'slice') return Response.json(await host.slice(String(taskId)))
      const { app } = createAppHarness({
        store: context.store,
        models: context.models,
        submit: (body, { requestedBy }) => submitTask(context, body, { requestedBy }),
      })
      return app.fetch(request)
    })
  },
}
