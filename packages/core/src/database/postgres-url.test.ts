import { describe, expect, test } from 'vitest'
import { pgOptions, postgresJsOptions } from './driver-options.ts'
import { parsePostgresUrl, PostgresUrlError } from './postgres-url.ts'

const base = 'postgres://ann:s3cret@db.example.org:6432/catalog'

/** The error's text, which must not contain a password. */
function problemOf(url: string): string {
  try {
    parsePostgresUrl(url)
  } catch (error) {
    expect(error).toBeInstanceOf(PostgresUrlError)
    const { message } = error as Error
    expect(message).not.toContain('s3cret')
    return message
  }
  throw new Error(`${url} was taken`)
}

test('takes the parts of a URL apart', () => {
  expect(parsePostgresUrl(base)).toEqual({
    host: 'db.example.org',
    port: 6432,
    user: 'ann',
    password: 's3cret',
    database: 'catalog',
    sslMode: 'disable',
  })
  expect(
    parsePostgresUrl('postgresql://a%40b:p%25%2F@[::1]/d%20b?application_name=x&connect_timeout=3'),
  ).toEqual({
    host: '::1',
    user: 'a@b',
    password: 'p%/',
    database: 'd b',
    sslMode: 'disable',
    applicationName: 'x',
    connectTimeoutSeconds: 3,
  })
  expect(parsePostgresUrl('postgres:///db?host=/var/run/postgresql')).toMatchObject({
    host: '/var/run/postgresql',
  })
  expect(parsePostgresUrl('postgres://u@%2Ftmp/db')).toMatchObject({ host: '/tmp' })
})

test('leaves to the drivers what a URL does not say', () => {
  expect(parsePostgresUrl('postgres://')).toEqual({ sslMode: 'disable' })
})

describe.each<[string, Record<string, unknown> | false]>([
  ['sslmode=disable', false],
  ['', false],
  ['sslmode=require', { rejectUnauthorized: false }],
  ['sslmode=require&sslrootcert=/ca', { rejectUnauthorized: true, ca: 'text of /ca' }],
  ['sslmode=verify-ca&sslrootcert=/ca', { rejectUnauthorized: true, ca: 'text of /ca' }],
  ['sslmode=verify-full', { rejectUnauthorized: true }],
  ['sslmode=verify-full&sslrootcert=system', { rejectUnauthorized: true }],
  [
    'sslmode=verify-full&sslrootcert=/ca&sslcert=/c&sslkey=/k',
    { rejectUnauthorized: true, ca: 'text of /ca', cert: 'text of /c', key: 'text of /k' },
  ],
])('%s', (parameters, expected) => {
  test('means the same to both drivers', () => {
    const target = parsePostgresUrl(`${base}?${parameters}`)
    const options = { applicationName: 'app', readFile: (path: string) => `text of ${path}` }
    const ssl = [postgresJsOptions(target, options).ssl, pgOptions(target, { ...options, hasTls: false }).ssl]
    for (const given of ssl) {
      if (expected === false) expect(given).toBe(false)
      else {
        const compared = expect.any(Function) as unknown
        const onlyAuthority = parameters.includes('verify-ca') || parameters.includes('require&sslrootcert')
        expect(given).toEqual({
          ...expected,
          host: 'db.example.org',
          ...(onlyAuthority && { checkServerIdentity: compared }),
        })
      }
    }
  })
})

test('prefer takes TLS where the server has it', () => {
  const target = parsePostgresUrl(`${base}?sslmode=prefer`)
  const options = { applicationName: 'app' }
  expect(postgresJsOptions(target, options).ssl).toBe('prefer')
  expect(pgOptions(target, { ...options, hasTls: true }).ssl).toEqual({ rejectUnauthorized: false })
  expect(pgOptions(target, { ...options, hasTls: false }).ssl).toBe(false)
})

test('gives both drivers the same of the session', () => {
  const target = parsePostgresUrl(`${base}?options=-c%20work_mem%3D64MB&application_name=reader`)
  expect(postgresJsOptions(target, { applicationName: 'app' }).connection).toMatchObject({
    application_name: 'reader',
    options: '-c work_mem=64MB',
    TimeZone: 'UTC',
  })
  expect(pgOptions(target, { applicationName: 'app', hasTls: false })).toMatchObject({
    application_name: 'reader',
    options: '-c work_mem=64MB',
  })
})

test.each([
  [
    'sslmode=allow',
    /sslmode that is not supported; possible: disable, prefer, require, verify-ca, verify-full/,
  ],
  ['sslmode=no-verify', /write require/],
  ['sslmode=REQUIRE', /sslmode that is not supported/],
  ['ssl=true', /unknown parameter ssl; use sslmode=require/],
  ['sslcrl=/x', /unknown parameter sslcrl; known are: host, sslmode/],
  ['sslrootcert=/ca', /certificates, which sslmode=disable does not use/],
  ['sslmode=prefer&sslrootcert=/ca', /certificates, which sslmode=prefer does not use/],
  ['sslmode=verify-ca', /needs sslrootcert/],
  ['sslmode=verify-full&sslcert=/c', /both sslcert and sslkey/],
  ['sslmode=require&sslmode=disable', /sslmode twice/],
  [
    'channel_binding=require',
    /channel_binding with a value that is not supported; possible: disable, prefer/,
  ],
  ['target_session_attrs=read-write', /target_session_attrs with a value/],
  ['schema=catalog', /set CATALOG_SCHEMA/],
  ['search_path=catalog', /set CATALOG_SCHEMA/],
  ['connect_timeout=0', /whole number of seconds/],
  ['statement_timeout=5000', /options=-c%20statement_timeout/],
])('refuses %s', (parameters, problem) => {
  expect(problemOf(`${base}?${parameters}`)).toMatch(problem)
})

test.each([
  ['postgres://h1,h2/db', /several hosts/],
  ['mysql://h/db', /must begin with postgres/],
  ['postgres://a:%zz@h/db', /%25/],
  ['not a url', /not a valid URL/],
])('refuses %s', (url, problem) => {
  expect(problemOf(url)).toMatch(problem)
})

test('names the parameter whose file can’t be read', () => {
  const target = parsePostgresUrl(`${base}?sslmode=verify-full&sslrootcert=/missing`)
  const readFile = () => {
    throw new Error('ENOENT: no such file')
  }
  expect(() => postgresJsOptions(target, { applicationName: 'app', readFile })).toThrow(
    /sslrootcert, which can't be read: ENOENT/,
  )
  expect(() => postgresJsOptions(target, { applicationName: 'app' })).toThrow(/there are no files/)
})
