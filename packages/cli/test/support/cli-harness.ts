import { createAdaptorServer } from '@hono/node-server'
import { listen } from '@ingestion-server/local-services/listen'
import { runCli } from '../../src/run-cli.ts'
import { createAppHarness, type AppDeps } from '@ingestion-server/server/testing/app-harness.ts'
import { createCliStreams } from './cli-streams.ts'

interface RunOptions {
  tty?: boolean
  env?: Record<string, string>
  /** Input typed by the user. */
  input?: string
}

/** The command line in this process, with a server: the app over the memory stores, on a free port. */
export async function startCliHarness(overrides: Partial<AppDeps> = {}) {
  const harness = createAppHarness(overrides)
  const server = createAdaptorServer({ fetch: harness.app.fetch })
  const { url, close } = await listen(server)

  /** Starts a command; `args` are split at spaces. */
  function start(args: string, { tty = false, env = {}, input }: RunOptions = {}) {
    const streams = createCliStreams({ tty, env: { INGESTION_URL: url, ...env } })
    if (input !== undefined) streams.stdin.end(input)
    const code = runCli(args.split(' '), streams.io)
    return { ...streams, code }
  }

  return {
    ...harness,
    url,
    start,
    /** Runs a command to its end. */
    async run(args: string, options: RunOptions = {}) {
      const { code, out, err } = start(args, options)
      const exitCode = await code
      return { code: exitCode, out: out(), err: err() }
    },
    /** Completes a task, as a worker would. */
    async finish(taskId: string) {
      const claim = await harness.store.claim(taskId, 'test', 60_000)
      if (claim.kind !== 'advance') throw new Error(`a task to plan was expected, not ${claim.kind}`)
      await harness.store.advance(claim.lease, { kind: 'finished' })
    },
    async fail(taskId: string) {
      const claim = await harness.store.claim(taskId, 'test', 60_000)
      if (claim.kind !== 'advance') throw new Error(`a task to plan was expected, not ${claim.kind}`)
      const error = {
        code: 'table_not_found',
        title: 'Table not found',
        detail: 'the database has no table image',
      }
      await harness.store.fail(claim.lease, error)
    },
    stop: close,
  }
}

export type CliHarness = Awaited<ReturnType<typeof startCliHarness>>
