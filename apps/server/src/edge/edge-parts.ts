import { actions, systemClock, type TaskContext } from '@ingestion-server/core'
import type { AppDeps } from '../http/app-deps.ts'
import { ConfigError, parseConfig } from '../composition/config.ts'
import { connectServices, createTaskContext } from '../composition/connect-services.ts'
import { createChecks, createCoreDeps } from '../composition/core-deps.ts'
import { createRetention } from '../engine/retention.ts'
import { createJsonLogger, type Logger } from '../observability/log.ts'
import { observeActions } from '../observability/observe-actions.ts'
import { nobodyLooksOn } from '../observability/request-observer.ts'
import { createStepLog } from '../observability/step-log.ts'
import { CallbackForbiddenError } from '../http/request-errors.ts'
import { untriedCallback } from '../webhooks/untried-callback.ts'

/** Variables of the server, as the platform hands them to each call. */
export type EdgeEnv = Readonly<Record<string, string | undefined>>

/** What one call of the platform works with: connections belong to the call that opened them there. */
export interface EdgeParts {
  app: AppDeps
  context: TaskContext
  /** How long a call may work on tasks. */
  sliceMs: number
  log: Logger
  /** Removes old task data, in small steps. */
  removeOld(signal: AbortSignal): Promise<void>
  /** Sets up the tables of the tasks, unless this isolate has done it before. */
  setUp(): Promise<void>
  close(): Promise<void>
}

/** Databases whose tables this isolate has found or made. */
const prepared = new Set<string>()

/**
 * The server's parts for platforms where nothing outlives a call.
 *
 * @param wake starts work on a task that was just made or changed, and returns at once
 * @throws ConfigError naming every variable that is wrong
 */
export function openEdgeParts(env: EdgeEnv, wake: (taskId: string) => void): EdgeParts {
  const config = parseConfig(env)
  // Everybody reaches such an address, so nobody is let in without a token.
  if (config.access.kind === 'loopback') throw new ConfigError(['API_TOKEN is not set'])
  const log = createJsonLogger({
    level: config.logLevel,
    // eslint-disable-next-line no-console -- what such platforms collect as logs
    write: (line) => console.log(line),
    now: () => new Date(),
  })
  const services = connectServices(config, { maxConnections: { catalog: 3, tasks: 2 }, openSocket: null })
  const context = createTaskContext(config, services, {
    actions: observeActions(actions, createStepLog(log, systemClock)),
    worker: `edge:${crypto.randomUUID()}`,
  })

  async function setUp(): Promise<void> {
    if (prepared.has(config.tasksDatabaseUrl)) return
    await services.migrate()
    prepared.add(config.tasksDatabaseUrl)
  }

  return {
    app: {
      ...createCoreDeps({ context, tokens: services.tokens, assertReady: setUp }),
      checkCallback: () => {
        throw new CallbackForbiddenError('this server runs where no callbacks are sent')
      },
      // One that was asked of another process, of a server that sends them.
      findCallback: ({ callbackUrl: url }) =>
        Promise.resolve(untriedCallback(url, url === null ? 'none' : 'forgotten')),
      metrics: null,
      observeRequest: nobodyLooksOn,
      wake,
      checks: createChecks({
        ...services,
        models: context.models.map(({ name }) => name),
        assertReady: setUp,
      }),
      access: config.access,
      corsOrigins: config.corsOrigins,
      log,
      clock: systemClock,
      newRequestId: () => crypto.randomUUID(),
      baseUrl: config.publicUrl ?? undefined,
    },
    context,
    sliceMs: config.sliceMs,
    log,
    removeOld: createRetention({
      store: context.store,
      retentionMs: config.retentionMs,
      clock: systemClock,
      log,
    }),
    setUp,
    close: services.close,
  }
}
