import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig } from './config.ts'
import { createModels } from './models.ts'

const needed = {
  DATABASE_URL: 'postgres://reader:s3cret@db/catalog',
  OPENSEARCH_URL: 'https://admin:s3cret@search:9200',
}

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

test('two variables are required, all others have defaults', () => {
  expect(parseConfig(needed)).toEqual({
    databaseUrl: needed.DATABASE_URL,
    catalogSchema: 'public',
    tasksDatabaseUrl: needed.DATABASE_URL,
    openSearch: { url: needed.OPENSEARCH_URL, caFile: null, compress: null },
    sensitiveTermsUrl: null,
    host: '127.0.0.1',
    port: 8001,
    publicUrl: null,
    access: { kind: 'loopback' },
    corsOrigins: [],
    logLevel: 'info',
    role: 'all',
    healthPort: null,
    retentionMs: 90 * 86_400_000,
    workPerCallMs: 20_000,
    workers: { maxConcurrent: 4, maxPerTask: 2, clusterMax: null, sliceMs: 10_000, pollIntervalMs: 5_000 },
    tracing: null,
    webhooks: { secret: null, allowedHosts: [], allowPrivate: false },
    settings: {
      leaseMs: 15_000,
      outageTimeoutMs: 600_000,
      catalogTimeoutMs: 60_000,
      catchUpOverlapMs: 3_600_000,
      rowsPerItem: 50_000,
      targetBodyLength: 2 * 1024 * 1024,
      maxInFlight: 8,
      promoteTimeoutMs: 600_000,
      promoteMinRatio: 0.9,
      expungeMinRatio: 0.1,
      rollbackWindowMs: 0,
      cloneTimeoutMs: 120_000,
      replicas: null,
      shards: null,
      freshnessTargetSeconds: {},
    },
  })
})

test('line ends at the end of a variable are no part of it', () => {
  const secrets = {
    ...needed,
    API_TOKEN: 'a-token-of-16-characters',
    HOST: '0.0.0.0',
    WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}`,
    WEBHOOK_ALLOWED_HOSTS: 'ci.example.org',
    PORT: '8001',
  }
  const withLineEnds = Object.entries(secrets).map(([name, text], index) => [
    name,
    `${text}${['\n', '\r\n', '\n\n'][index % 3]}`,
  ])
  expect(parseConfig(Object.fromEntries(withLineEnds) as Record<string, string>)).toEqual(
    parseConfig(secrets),
  )
})

test('other things than text in the environment, such as the bindings of a worker, are ignored', () => {
  const bindings = { KV: {}, ASSETS: { fetch: () => undefined }, COUNT: 3 } as unknown as Record<
    string,
    string
  >
  expect(parseConfig({ ...needed, ...bindings })).toEqual(parseConfig(needed))
})

test('a variable that holds nothing but a line end is not set', () => {
  expect(problemsOf({ ...needed, HOST: '0.0.0.0', API_TOKEN: '\n' })).toEqual([
    expect.stringContaining('HOST is not a loopback address') as string,
  ])
  expect(problemsOf({ ...needed, DATABASE_URL: '\n' })).toEqual([
    expect.stringContaining('DATABASE_URL is not set') as string,
  ])
})

test('an empty variable counts as not set', () => {
  expect(parseConfig({ ...needed, PORT: '', API_TOKEN: '', INDEX_SHARDS: '' })).toEqual(parseConfig(needed))
})

test('all invalid variables are named at once, one per line', () => {
  const problems = problemsOf({ PORT: 'http', LOG_LEVEL: 'loud', LEASE_SECONDS: '-1', INDEX_SHARDS: '1.5' })
  expect(problems.map((problem) => problem.split(' ')[0]).toSorted()).toEqual([
    'DATABASE_URL',
    'INDEX_SHARDS',
    'LEASE_SECONDS',
    'LOG_LEVEL',
    'OPENSEARCH_URL',
    'PORT',
  ])
})

test('a time slice may be a fraction of a second, but not zero or infinite', () => {
  expect(parseConfig({ ...needed, SLICE_SECONDS: '0.2' }).workPerCallMs).toBe(200)
  for (const SLICE_SECONDS of ['0', '901', 'long', '-1', '1e3']) {
    expect(problemsOf({ ...needed, SLICE_SECONDS })).toEqual([
      expect.stringMatching(/^SLICE_SECONDS must be/),
    ])
  }
})

test('a message never repeats a value, because it may contain a password', () => {
  const message = new ConfigError(
    problemsOf({
      DATABASE_URL: 'mysql://root:s3cret@db/x',
      OPENSEARCH_URL: 'admin:s3cret@search',
      API_TOKEN: 's3cret',
      PUBLIC_URL: 'https://user:s3cret@host/?s3cret',
    }),
  ).message
  expect(message).toContain('DATABASE_URL')
  expect(message).not.toContain('s3cret')
})

describe('the address that the server listens on', () => {
  test.each(['0.0.0.0', '::', '192.168.1.5', 'example.org', '128.0.0.1', '127.0.0.1.example.org'])(
    '%s without a token is refused, and the message says what to set',
    (HOST) => expect(problemsOf({ ...needed, HOST })).toEqual([expect.stringMatching(/^HOST .*API_TOKEN/)]),
  )

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])('%s needs no token', (HOST) =>
    expect(parseConfig({ ...needed, HOST }).access).toEqual({ kind: 'loopback' }),
  )

  test('may be any if a token is set', () => {
    const config = parseConfig({ ...needed, HOST: '0.0.0.0', API_TOKEN: 'a-long-enough-token' })
    expect(config).toMatchObject({ host: '0.0.0.0', access: { kind: 'token', token: 'a-long-enough-token' } })
  })

  test.each(['short', 'with a space in it, quite long', 'späte-umlaute-im-token'])(
    '%s is not a valid token',
    (API_TOKEN) =>
      expect(problemsOf({ ...needed, API_TOKEN })).toEqual([expect.stringMatching(/^API_TOKEN /)]),
  )
})

test('a worker may listen on any address, because it serves only health and metrics', () => {
  const config = parseConfig({ ...needed, ROLE: 'worker', HOST: '0.0.0.0', HEALTH_PORT: '8003' })
  expect(config).toMatchObject({ role: 'worker', host: '0.0.0.0', healthPort: 8003 })
  expect(config.access).toEqual({ kind: 'stored-tokens' })
  expect(parseConfig({ ...needed, ROLE: 'worker', HOST: '[::1]' }).access).toEqual({ kind: 'loopback' })
})

test('a trailing slash of PUBLIC_URL is not doubled in links', () => {
  expect(parseConfig({ ...needed, PUBLIC_URL: 'https://x.org/ingest/' }).publicUrl).toBe(
    'https://x.org/ingest',
  )
})

test('the list of sensitive terms may be a file', () => {
  const url = 'file:///etc/ingestion/terms.txt'
  expect(parseConfig({ ...needed, SENSITIVE_TERMS_URL: url }).sensitiveTermsUrl).toBe(url)
  for (const wrong of ['terms.txt', '/etc/terms.txt', 'ftp://example.org/terms.txt']) {
    expect(problemsOf({ ...needed, SENSITIVE_TERMS_URL: wrong })).toEqual([
      expect.stringContaining('SENSITIVE_TERMS_URL must be a URL'),
    ])
  }
})

test.each([
  ['0', 0],
  ['0.85', 0.85],
  ['.5', 0.5],
  ['1', 1],
])('a fraction of documents may be %s', (text, share) => {
  expect(parseConfig({ ...needed, PROMOTE_MIN_RATIO: text }).settings.promoteMinRatio).toBe(share)
})

test.each(['1.1', '-0.5', '90%', '0,9', 'NaN'])("a fraction of documents can't be %s", (text) => {
  expect(problemsOf({ ...needed, PROMOTE_MIN_RATIO: text })).toHaveLength(1)
})

describe('webhooks', () => {
  const WEBHOOK_SECRET = `whsec_${'a'.repeat(43)}=`

  test('are allowed for the listed hosts', () => {
    const WEBHOOK_ALLOWED_HOSTS = 'ci.example.org, *.Example.NET:8443,10.0.0.7:*,[::1],[::1]:80,'
    const env = { ...needed, WEBHOOK_SECRET, WEBHOOK_ALLOWED_HOSTS, WEBHOOK_ALLOW_PRIVATE: 'true' }
    expect(parseConfig(env).webhooks).toEqual({
      secret: WEBHOOK_SECRET,
      allowedHosts: ['ci.example.org', '*.example.net:8443', '10.0.0.7:*', '[::1]', '[::1]:80'],
      allowPrivate: true,
    })
  })

  test('are signed, so hosts without a secret are refused', () => {
    expect(problemsOf({ ...needed, WEBHOOK_ALLOWED_HOSTS: '*' })).toEqual([
      expect.stringMatching(/^WEBHOOK_SECRET /),
    ])
  })

  test.each([
    ['WEBHOOK_SECRET', 'secret'],
    ['WEBHOOK_SECRET', 'whsec_short'],
    ['WEBHOOK_SECRET', `whsec_${'ä'.repeat(40)}`],
    ['WEBHOOK_ALLOWED_HOSTS', 'https://example.org'],
    ['WEBHOOK_ALLOWED_HOSTS', 'example.org:http'],
    ['WEBHOOK_ALLOWED_HOSTS', 'example.org:123456'],
    ['WEBHOOK_ALLOWED_HOSTS', '*example.org'],
    ['WEBHOOK_ALLOW_PRIVATE', 'yes'],
  ])('%s=%s is refused, and not repeated', (name, value) => {
    const problems = problemsOf({ ...needed, WEBHOOK_SECRET, [name]: value })
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} `))])
    expect(problems[0]).not.toContain(value)
  })
})

describe('CORS_ORIGINS', () => {
  const origins = (value: string, env: Record<string, string> = {}) =>
    parseConfig({ ...needed, ...env, CORS_ORIGINS: value }).corsOrigins

  test('is a list of origins as browsers send them', () => {
    expect(origins('')).toEqual([])
    expect(origins('https://app.example.org')).toEqual(['https://app.example.org'])
    expect(origins(' https://app.example.org , http://localhost:3000,')).toEqual([
      'https://app.example.org',
      'http://localhost:3000',
    ])
  })

  test.each([
    'app.example.org',
    'https://app.example.org/',
    'https://app.example.org/path',
    'https://APP.example.org',
    'https://app.example.org:443',
    'https://*.example.org',
    'null',
    'file://',
    '*,https://app.example.org',
  ])("can't be %s", (value) => {
    const problems = problemsOf({ ...needed, CORS_ORIGINS: value })
    expect(problems).toEqual([expect.stringMatching(/^CORS_ORIGINS must be origins such as/)])
  })

  test('may be * only if every call needs a token', () => {
    expect(origins('*', { API_TOKEN: 'a-long-enough-token' })).toBe('*')
    expect(problemsOf({ ...needed, CORS_ORIGINS: '*' })).toEqual([
      expect.stringMatching(/^CORS_ORIGINS is \*/),
    ])
  })
})

describe('FRESHNESS_TARGETS', () => {
  const targets = (value: string) =>
    parseConfig({ ...needed, FRESHNESS_TARGETS: value }).settings.freshnessTargetSeconds

  test('has seconds by model', () => {
    expect(targets('')).toEqual({})
    expect(targets(' image = 24h, audio=7d,')).toEqual({ image: 86_400, audio: 604_800 })
    expect(targets('audio=90m')).toEqual({ audio: 5_400 })
  })

  test('accepts every model of the server', () => {
    for (const { name } of createModels('public')) expect(targets(`${name}=1h`)).toEqual({ [name]: 3_600 })
  })

  test.each(['image', 'image=24', 'video=24h', 'image=0h', 'image=1.5h', 'image=1h,image=2h', 'image=3651d'])(
    "can't be %s",
    (value) => {
      const problems = problemsOf({ ...needed, FRESHNESS_TARGETS: value })
      expect(problems).toEqual([expect.stringMatching(/^FRESHNESS_TARGETS must be pairs such as/)])
    },
  )
})

describe('the resource of spans', () => {
  const attributes = (env: Record<string, string>) =>
    parseConfig({ ...needed, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', ...env }).tracing
      ?.attributes

  test('has a name and the attributes of OTEL_RESOURCE_ATTRIBUTES, percent-decoded', () => {
    expect(attributes({})).toEqual({ 'service.name': 'ingestion-server' })
    const text = 'deployment.environment=staging, team = search%20infra ,note=a%2Cb%3D%C3%BC=c,empty=,'
    expect(attributes({ OTEL_RESOURCE_ATTRIBUTES: text })).toEqual({
      'service.name': 'ingestion-server',
      'deployment.environment': 'staging',
      team: 'search infra',
      note: 'a,b=ü=c',
      empty: '',
    })
  })

  test('prefers the name in OTEL_SERVICE_NAME to that in OTEL_RESOURCE_ATTRIBUTES', () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=listed' }
    expect(attributes(env)).toEqual({ 'service.name': 'listed' })
    expect(attributes({ ...env, OTEL_SERVICE_NAME: 'named' })).toEqual({ 'service.name': 'named' })
  })

  test.each(['team', '=search', 'team=%', 'team=%FF', 'a=b,team'])("can't be %s", (text) => {
    const problems = problemsOf({ ...needed, OTEL_RESOURCE_ATTRIBUTES: text })
    expect(problems).toEqual([expect.stringMatching(/^OTEL_RESOURCE_ATTRIBUTES must be pairs such as/)])
  })
})
