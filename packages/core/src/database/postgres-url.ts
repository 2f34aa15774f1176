/** Encryption modes of a connection, as in libpq's parameter of the same name; without one there is no TLS. */
const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

type SslMode = (typeof sslModes)[number]

/** A parsed Postgres URL. Absent parts use the driver's defaults, including PGHOST and the like. */
export interface PostgresTarget {
  host?: string
  port?: number
  user?: string
  password?: string
  database?: string
  sslMode: SslMode
  /** Paths of PEM files. */
  rootCertificate?: string
  certificate?: string
  key?: string
  applicationName?: string
  /** Session settings, such as `-c work_mem=64MB`. */
  options?: string
  connectTimeoutSeconds?: number
}

/** The fault in a URL, as the end of a sentence that starts with the variable's name. Never contains a password. */
export class PostgresUrlError extends Error {
  override readonly name = 'PostgresUrlError'
}

/**
 * libpq parameters that are accepted only with values that have no effect, because this product does not support
 * others.
 */
const harmless: Readonly<Record<string, readonly string[]>> = {
  channel_binding: ['disable', 'prefer'],
  gssencmode: ['disable', 'prefer'],
  sslnegotiation: ['postgres'],
  target_session_attrs: ['any'],
  client_encoding: ['UTF8', 'utf8', 'UTF-8', 'utf-8', 'auto'],
}

/** Common wrong parameters, with what to use instead. */
const hints: Readonly<Record<string, string>> = {
  ssl: 'use sslmode=require or sslmode=verify-full',
  search_path: 'set CATALOG_SCHEMA for the schema of the catalog',
  schema: 'set CATALOG_SCHEMA for the schema of the catalog',
  pgbouncer: 'leave it out; connection poolers need no setting',
  statement_timeout: 'use options=-c%20statement_timeout=…',
}

/**
 * Parses a Postgres URL for both drivers that this product uses. The parameters are those of libpq (PostgreSQL manual,
 * 34.1.2). Unknown parameters are refused, because a driver that ignores one may connect without TLS.
 *
 * @throws PostgresUrlError
 */
export function parsePostgresUrl(text: string): PostgresTarget {
  if (!URL.canParse(text)) throw new PostgresUrlError('is not a valid URL')
  const url = new URL(text)
  if (!['postgres:', 'postgresql:'].includes(url.protocol))
    throw new PostgresUrlError('must begin with postgres://')
  const parameters = readParameters(url.searchParams)
  const host = parameters.get('host') ?? decode(url.hostname.replace(/^\[(.*)\]$/, '$1'))
  if (host.includes(','))
    throw new PostgresUrlError('names several hosts; use one address that fails over between them')
  const database = decode(url.pathname.slice(1))
  return {
    ...(host !== '' && { host }),
    ...(url.port !== '' && { port: Number(url.port) }),
    ...(url.username !== '' && { user: decode(url.username) }),
    ...(url.password !== '' && { password: decode(url.password) }),
    ...(database !== '' && { database }),
    ...readTls(parameters),
    ...optional('applicationName', parameters.get('application_name')),
    ...optional('options', parameters.get('options')),
    ...readConnectTimeout(parameters.get('connect_timeout')),
  }
}

const known = new Set([
  'host',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'application_name',
  'options',
  'connect_timeout',
])

function readParameters(search: URLSearchParams): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const [name, value] of search) {
    if (parameters.has(name)) throw new PostgresUrlError(`has parameter ${name} twice`)
    const allowed = harmless[name]
    if (allowed !== undefined && !allowed.includes(value))
      throw new PostgresUrlError(
        `has ${name} with a value that is not supported; possible: ${allowed.join(', ')}`,
      )
    if (!known.has(name) && allowed === undefined) {
      const hint = hints[name] ?? `known are: ${[...known, ...Object.keys(harmless)].join(', ')}`
      throw new PostgresUrlError(`has an unknown parameter ${name}; ${hint}`)
    }
    parameters.set(name, value)
  }
  return parameters
}

function readTls(parameters: ReadonlyMap<string, string>) {
  const mode = parameters.get('sslmode') ?? 'disable'
  if (!isSslMode(mode)) {
    const hint = mode === 'no-verify' ? 'write require, which does not verify either' : sslModes.join(', ')
    throw new PostgresUrlError(`has an sslmode that is not supported; possible: ${hint}`)
  }
  const rootCertificate = parameters.get('sslrootcert')
  const certificate = parameters.get('sslcert')
  const key = parameters.get('sslkey')
  const files = [rootCertificate, certificate, key].some((file) => file !== undefined)
  if (files && (mode === 'disable' || mode === 'prefer'))
    throw new PostgresUrlError(
      `has certificates, which sslmode=${mode} does not use; add sslmode=verify-full or sslmode=verify-ca`,
    )
  if ((certificate === undefined) !== (key === undefined))
    throw new PostgresUrlError('needs both sslcert and sslkey, or neither')
  if (mode === 'verify-ca' && rootCertificate === undefined)
    throw new PostgresUrlError('needs sslrootcert for sslmode=verify-ca, or sslmode=verify-full')
  return {
    // As in libpq: a root certificate enables verification.
    sslMode: mode === 'require' && rootCertificate !== undefined ? ('verify-ca' as const) : mode,
    ...optional('rootCertificate', rootCertificate),
    ...optional('certificate', certificate),
    ...optional('key', key),
  }
}

const isSslMode = (mode: string): mode is SslMode => (sslModes as readonly string[]).includes(mode)

function readConnectTimeout(text: string | undefined): { connectTimeoutSeconds?: number } {
  if (text === undefined) return {}
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new PostgresUrlError('has a connect_timeout that is not a whole number of seconds from 1 to 9999')
  return { connectTimeoutSeconds: Number(text) }
}

function optional<Key extends string>(key: Key, value: string | undefined) {
  return (value === undefined || value === '' ? {} : { [key]: value }) as Partial<Record<Key, string>>
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new PostgresUrlError('has a % that is not followed by two hexadecimal digits; write %25 for it')
  }
}
