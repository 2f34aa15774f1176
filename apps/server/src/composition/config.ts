import { describeIssue, isLoopbackHost, parsePostgresUrl, PostgresUrlError } from '@ingestion-server/core'
import { z } from 'zod'
import type { Access } from '../http/app-deps.ts'
import { freshnessTargets, originList, resourceAttributes } from './list-variables.ts'
import { logLevels } from '../observability/log.ts'

const minTokenLength = 16

/** What a process does: serve HTTP, work on tasks, or both. */
export const roles = ['all', 'api', 'worker'] as const

/** A variable without a value or with an empty one (compose files write those) is not set. */
const unsetWhenEmpty = (value: unknown) => (value === '' ? undefined : value)

/**
 * The same variables without line ends at their ends: a secret made from a file usually has one. Platforms of workers
 * also put other things than text into the environment.
 */
function withoutLineEnds(env: Readonly<Record<string, string | undefined>>) {
  const entries: [string, unknown][] = Object.entries(env)
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value.replace(/[\r\n]+$/, '')]] : [],
    ),
  )
}

function variable<Output>(schema: z.ZodType<Output, string | undefined>) {
  return z.preprocess(unsetWhenEmpty, schema)
}

function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`
  return z.string().regex(/^\d+$/, error).transform(Number).pipe(z.number().min(min, error).max(max, error))
}

const callError = 'must be a number of seconds from 0.1 to 900, such as 20'
const callSeconds = z
  .string()
  .regex(/^\d+(\.\d+)?$/, callError)
  .transform(Number)
  .pipe(z.number().min(0.1, callError).max(900, callError))

const ratioError = 'must be a number from 0 to 1, such as 0.9'
const ratio = z
  .string()
  .regex(/^(0?\.\d+|[01](\.0*)?)$/, ratioError)
  .transform(Number)

/** Messages never repeat the value: it may hold a password. */
function url(protocols: readonly string[], example: string) {
  const error = `must be a URL such as ${example}`
  return z
    .string({ error: `is not set; it ${error}` })
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
      error,
      // Later issues would name the same variable again.
      abort: true,
    })
}

const postgresUrl = url(
  ['postgres:', 'postgresql:'],
  'postgres://user:password@localhost:5432/catalog',
).superRefine((text, context) => {
  const message = describePostgresUrl(text)
  if (message !== null) context.addIssue({ code: 'custom', message })
})

/** @returns what is wrong with a Postgres URL, as the end of a sentence; null when both drivers accept it */
function describePostgresUrl(text: string): string | null {
  try {
    parsePostgresUrl(text)
    return null
  } catch (error) {
    if (error instanceof PostgresUrlError) return error.message
    throw error
  }
}

const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((text) => text === 'true')

/** 24 to 64 random bytes, as the Standard Webhooks specification requires. */
const webhookSecret = z
  .string()
  .regex(
    /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/,
    'must be whsec_ and 24 to 64 random bytes in base64, such as from: echo whsec_$(openssl rand -base64 32)',
  )

const hostPattern = /^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(?:\*|\d{1,5}))?$/
const hostList = z
  .string()
  .transform((text) =>
    text
      .toLowerCase()
      .split(',')
      .map((host) => host.trim())
      .filter(Boolean),
  )
  .refine((hosts) => hosts.every((host) => hostPattern.test(host)), {
    error:
      'must be names such as ci.example.org, *.example.org or * (any), each with a port where it is neither 80 nor 443 (ci.example.org:8080, ci.example.org:*), separated by commas',
  })

/** The schema of each variable. `variable-meanings.ts` describes them for the reference page. */
export const variables = z.object({
  DATABASE_URL: variable(postgresUrl),
  TASKS_DATABASE_URL: variable(postgresUrl.optional()),
  CATALOG_SCHEMA: variable(
    z
      .string()
      .regex(
        /^[A-Za-z_][A-Za-z0-9_$]{0,62}$/,
        "must be the name of a schema, such as public: letters, digits, '_' and '$'",
      )
      .default('public'),
  ),
  OPENSEARCH_URL: variable(url(['http:', 'https:'], 'https://user:password@localhost:9200')),
  OPENSEARCH_CA_FILE: variable(z.string().optional()),
  OPENSEARCH_COMPRESSION: variable(flag.optional()),
  HOST: variable(z.string().default('127.0.0.1')),
  PORT: variable(wholeNumber(0, 65_535).default(8001)),
  PUBLIC_URL: variable(
    url(['http:', 'https:'], 'https://ingestion.example.org')
      .refine((text) => !URL.canParse(text) || (new URL(text).search === '' && new URL(text).hash === ''), {
        error: 'must have no query and no fragment',
      })
      .transform((text) => text.replace(/\/+$/, ''))
      .optional(),
  ),
  API_TOKEN: variable(
    z
      .string()
      .min(minTokenLength, `must have at least ${minTokenLength} characters`)
      // The characters of a bearer token: RFC 6750, section 2.1.
      .regex(/^[A-Za-z0-9._~+/-]+=*$/, 'must hold only letters, digits and "._~+/-", and "=" at its end')
      .optional(),
  ),
  LOG_LEVEL: variable(z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info')),
  LEASE_SECONDS: variable(wholeNumber(1, 3_600).default(15)),
  OUTAGE_TIMEOUT_SECONDS: variable(wholeNumber(0, 7 * 86_400).default(600)),
  CATALOG_TIMEOUT_SECONDS: variable(wholeNumber(1, 86_400).default(60)),
  CATCH_UP_OVERLAP_SECONDS: variable(wholeNumber(0, 30 * 86_400).default(3_600)),
  ROWS_PER_ITEM: variable(wholeNumber(100, 10_000_000).default(50_000)),
  MAX_IN_FLIGHT: variable(wholeNumber(1, 64).default(8)),
  TARGET_BODY_LENGTH: variable(wholeNumber(10_000, 50_000_000).default(2 * 1024 * 1024)),
  ROLE: variable(z.enum(roles, { error: `must be one of ${roles.join(', ')}` }).default('all')),
  SLICE_SECONDS: variable(callSeconds.default(20)),
  HEALTH_PORT: variable(wholeNumber(0, 65_535).optional()),
  MAX_CONCURRENT: variable(wholeNumber(1, 64).default(4)),
  MAX_WORKERS_PER_TASK: variable(wholeNumber(1, 64).default(2)),
  CLUSTER_MAX_WORKERS: variable(wholeNumber(1, 10_000).optional()),
  TURN_SECONDS: variable(wholeNumber(1, 300).default(10)),
  RETENTION_DAYS: variable(wholeNumber(0, 36_500).default(90)),
  FRESHNESS_TARGETS: variable(freshnessTargets.optional()),
  POLL_INTERVAL_SECONDS: variable(wholeNumber(1, 3_600).default(5)),
  SENSITIVE_TERMS_URL: variable(
    url(['http:', 'https:', 'file:'], 'https://example.org/sensitive-terms.txt').optional(),
  ),
  PROMOTE_TIMEOUT_SECONDS: variable(wholeNumber(0, 86_400).default(600)),
  PROMOTE_MIN_RATIO: variable(ratio.default(0.9)),
  EXPUNGE_MIN_RATIO: variable(ratio.default(0.1)),
  ROLLBACK_WINDOW_SECONDS: variable(wholeNumber(0, 365 * 86_400).default(0)),
  CLONE_TIMEOUT_SECONDS: variable(wholeNumber(1, 86_400).default(120)),
  WEBHOOK_SECRET: variable(webhookSecret.optional()),
  WEBHOOK_ALLOWED_HOSTS: variable(hostList.optional()),
  WEBHOOK_ALLOW_PRIVATE: variable(flag.default(false)),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable(url(['http:', 'https:'], 'http://localhost:4318').optional()),
  OTEL_SERVICE_NAME: variable(z.string().optional()),
  OTEL_RESOURCE_ATTRIBUTES: variable(resourceAttributes.optional()),
  CORS_ORIGINS: variable(originList.optional()),
  INDEX_REPLICAS: variable(wholeNumber(0, 20).optional()),
  INDEX_SHARDS: variable(wholeNumber(1, 1_024).optional()),
})

export type Config = ReturnType<typeof parseConfig>

/** One line for each invalid variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`the environment is wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * Reads the server's settings from environment variables. No other code reads them.
 *
 * @throws ConfigError naming every invalid variable
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>) {
  const env = withoutLineEnds(environment)
  const parsed = variables.safeParse(env, { error: describeIssue })
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  // A worker listens on the health port only.
  const bind = env['ROLE'] === 'worker' ? null : parseBind(env['HOST'], env['API_TOKEN'])
  if (bind !== null) problems.push(bind)
  if (env['CORS_ORIGINS']?.trim() === '*' && !env['API_TOKEN']) {
    problems.push(
      'CORS_ORIGINS is *, so every web page could delete indices; set API_TOKEN too, or name the origins',
    )
  }
  if (env['WEBHOOK_ALLOWED_HOSTS'] && !env['WEBHOOK_SECRET']) {
    problems.push(
      "WEBHOOK_SECRET is not set; without it, receivers can't verify that a webhook is from this server",
    )
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)

  const { data } = parsed
  const access: Access =
    data.API_TOKEN !== undefined
      ? { kind: 'token', token: data.API_TOKEN }
      : // A caller chooses its Host, so elsewhere that header does not show that it is on this machine.
        { kind: isLoopbackHost(withoutBrackets(data.HOST)) ? 'loopback' : 'stored-tokens' }
  return {
    databaseUrl: data.DATABASE_URL,
    tasksDatabaseUrl: data.TASKS_DATABASE_URL ?? data.DATABASE_URL,
    catalogSchema: data.CATALOG_SCHEMA,
    openSearch: {
      url: data.OPENSEARCH_URL,
      caFile: data.OPENSEARCH_CA_FILE ?? null,
      compress: data.OPENSEARCH_COMPRESSION ?? null,
    },
    sensitiveTermsUrl: data.SENSITIVE_TERMS_URL ?? null,
    host: withoutBrackets(data.HOST),
    port: data.PORT,
    publicUrl: data.PUBLIC_URL ?? null,
    access,
    corsOrigins: data.CORS_ORIGINS ?? [],
    logLevel: data.LOG_LEVEL,
    role: data.ROLE,
    healthPort: data.HEALTH_PORT ?? null,
    /** Null: forever. */
    retentionMs: data.RETENTION_DAYS === 0 ? null : data.RETENTION_DAYS * 86_400_000,
    // Platforms stop work after the response when 30 s are over; the default leaves time to save.
    workPerCallMs: data.SLICE_SECONDS * 1_000,
    workers: {
      maxConcurrent: data.MAX_CONCURRENT,
      maxPerTask: data.MAX_WORKERS_PER_TASK,
      clusterMax: data.CLUSTER_MAX_WORKERS ?? null,
      sliceMs: data.TURN_SECONDS * 1_000,
      pollIntervalMs: data.POLL_INTERVAL_SECONDS * 1_000,
    },
    tracing:
      data.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? null
        : {
            endpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/+$/, ''),
            attributes: {
              'service.name': 'ingestion-server',
              ...data.OTEL_RESOURCE_ATTRIBUTES,
              ...(data.OTEL_SERVICE_NAME !== undefined && { 'service.name': data.OTEL_SERVICE_NAME }),
            },
          },
    webhooks: {
      secret: data.WEBHOOK_SECRET ?? null,
      allowedHosts: data.WEBHOOK_ALLOWED_HOSTS ?? [],
      allowPrivate: data.WEBHOOK_ALLOW_PRIVATE,
    },
    settings: {
      leaseMs: data.LEASE_SECONDS * 1_000,
      outageTimeoutMs: data.OUTAGE_TIMEOUT_SECONDS * 1_000,
      catalogTimeoutMs: data.CATALOG_TIMEOUT_SECONDS * 1_000,
      catchUpOverlapMs: data.CATCH_UP_OVERLAP_SECONDS * 1_000,
      rowsPerItem: data.ROWS_PER_ITEM,
      maxInFlight: data.MAX_IN_FLIGHT,
      targetBodyLength: data.TARGET_BODY_LENGTH,
      promoteTimeoutMs: data.PROMOTE_TIMEOUT_SECONDS * 1_000,
      promoteMinRatio: data.PROMOTE_MIN_RATIO,
      expungeMinRatio: data.EXPUNGE_MIN_RATIO,
      rollbackWindowMs: data.ROLLBACK_WINDOW_SECONDS * 1_000,
      cloneTimeoutMs: data.CLONE_TIMEOUT_SECONDS * 1_000,
      replicas: data.INDEX_REPLICAS ?? null,
      shards: data.INDEX_SHARDS ?? null,
      freshnessTargetSeconds: data.FRESHNESS_TARGETS ?? {},
    },
  }
}

/** Callers that reach the port can delete indices, so those on other machines need a token. */
function parseBind(host: string | undefined, token: string | undefined): string | null {
  if (host === undefined || host === '' || isLoopbackHost(withoutBrackets(host)) || token) return null
  return 'HOST is not a loopback address, so everybody who reaches it could delete indices; set API_TOKEN too, or leave HOST at 127.0.0.1'
}

/** An IPv6 address has brackets in a URL, and none where it is bound. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
