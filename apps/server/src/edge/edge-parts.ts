import { actions, systemClock, type TaskContext } from '@ingestion-server/core'
import type { AppDeps } from '../http/app-deps.ts'
import { ConfigError, parseConfig } from '../composition/config.ts'
import { connectServices, createTaskContext } from '../composition/connect-services.ts'
import { createChecks, createCoreDeps } from '../composition/core-deps.ts'
import { createRetention } from '../composition/retention.ts'
import { createJsonLogger, type Logger } from '../observability/log.ts'
import { observeActions } from '../observability/observe-actions.ts'
import { noopRequestObserver } from '../observability/request-observer.ts'
import { createStepLog } from '../observability/step-log.ts'
import { WebhookForbiddenError } from '../webhooks/webhook-errors.ts'
import { untriedWebhook } from '../webhooks/untried-webhook.ts'

/** The server's variables, as the platform passes them to each call. */
export type EdgeEnv = Readonly<Record<string, string | undefined>>

/** The surroundings of a call of the platform. */
export interface Isolate {
  env: EdgeEnv
  /** Databases whose tables this isolate has found or created; shared by its calls. */
  prepared: Set<string>
}

/** The parts for one call of the platform: there, connections belong to the call that opened them. */
export interface EdgeParts {
  app: AppDeps
  context: TaskContext
  /** Time limit for work on tasks in one call. */
  workPerCallMs: number
  log: Logger
  /** Removes old task data, in small batches. */
  removeOld(signal: AbortSignal): Promise<void>
  /** Sets up the task tables, unless this isolate has done so before. */
  setUp(): Promise<void>
  close(): Promise<void>
}

/**
 * The server's parts for platforms where no state outlives a call.
 *
 * @param notify starts work on a task that was just created or changed, and returns immediately
 * @throws ConfigError naming every invalid variable
 */
export function openEdgeParts({ env, prepared }: Isolate, notify: (taskId: string) => void): EdgeParts {
  const config = parseConfig(env)
  // Such an address is public, so every caller needs a token.
  if (config.access.kind !== 'token') throw new ConfigError(['API_TOKEN is not set'])
  const log = createJsonLogger({
    level: config.logLevel,
    // eslint-disable-next-line no-console -- such platforms collect the console as logs
    write: (line) => console.log(line),
    now: () => new Date(),
  })
  const services = connectServices(config, {
    maxConnections: { catalog: 3, tasks: 2 },
    openSocket: null,
    log,
  })
  const context = createTaskContext(config, services, {
    actions: observeActions(actions, createStepLog(log, systemClock)),
    worker: `edge:${crypto.randomUUID()}`,
  })

  async function setUp(): Promise<void> {
    // An isolate may live through the upgrade of the other processes.
    if (prepared.has(config.tasksDatabaseUrl)) return services.checkSchema()
    await services.migrate()
    prepared.add(config.tasksDatabaseUrl)
  }

  return {
    app: {
      ...createCoreDeps({ context, tokens: services.tokens, assertReady: setUp }),
      checkWebhook: () => {
        throw new WebhookForbiddenError('webhooks are not supported on this platform')
      },
      // The webhook may be requested from another process, one that sends webhooks.
      findWebhook: ({ callbackUrl: url }) =>
        Promise.resolve(untriedWebhook(url, url === null ? 'none' : 'forgotten')),
      metrics: null,
      observeRequest: noopRequestObserver,
      notify,
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
    workPerCallMs: config.workPerCallMs,
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
