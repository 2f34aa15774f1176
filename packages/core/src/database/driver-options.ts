import type postgres from 'postgres'
import { backoffMs } from '../clock.ts'
import type { PostgresTarget } from './postgres-url.ts'
import { tlsOptions, type ReadFile, type TlsOptions } from './tls-options.ts'

interface DriverOptions {
  /** Shown in pg_stat_activity, unless the URL names another. */
  applicationName: string
  readFile?: ReadFile | undefined
}

const defaultConnectTimeoutSeconds = 10

const [firstReconnectMs, longestReconnectMs] = [10, 1_000]

/**
 * postgres.js waits up to 20 s before it connects again, and counts the failures of all connections of a pool together,
 * so it would be there after a second's outage. The caller of a statement decides how often to try.
 *
 * @param failures in a row, of all connections of the pool
 */
function reconnectSeconds(failures: number): number {
  return backoffMs(failures, firstReconnectMs, longestReconnectMs) / 1_000
}

/** A target for postgres.js. @throws PostgresUrlError naming a file that can't be read */
export function postgresJsOptions(
  target: PostgresTarget,
  { applicationName, readFile }: DriverOptions,
): postgres.Options<Record<string, never>> & { ssl: TlsOptions | 'prefer' | false; connect_timeout: number } {
  const { host, port, user, password, database, options } = target
  return {
    // What is absent must be absent: postgres.js then asks PGHOST and the like.
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(database !== undefined && { database }),
    ssl: tlsOptions(target, readFile),
    connect_timeout: target.connectTimeoutSeconds ?? defaultConnectTimeoutSeconds,
    backoff: reconnectSeconds,
    // A named statement lives in one server connection, and behind a transaction pooler the next statement may reach
    // another. Drizzle names none, so nothing is lost: only postgres.js's own `commit` and the like would be named.
    prepare: false,
    // Types of arrays are not asked for at every connection: no array is read as one.
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      application_name: target.applicationName ?? applicationName,
      // PgBouncer keeps these two for each client.
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      ...(options !== undefined && { options }),
    },
  }
}

/** What `pg` takes, and pg-boss hands on to it. */
export interface PgOptions {
  host?: string
  port?: number
  user?: string
  password?: string
  database?: string
  ssl: TlsOptions | false
  application_name: string
  options?: string
  connectionTimeoutMillis: number
}

/**
 * The same target for `pg`.
 *
 * @param hasTls whether the server has TLS, which `pg` doesn't find out by itself for `sslmode=prefer`
 * @throws PostgresUrlError naming a file that can't be read
 */
export function pgOptions(
  target: PostgresTarget,
  { applicationName, readFile, hasTls }: DriverOptions & { hasTls: boolean },
): PgOptions {
  const { host, port, user, password, database, options } = target
  const tls = tlsOptions(target, readFile)
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ssl: tls === 'prefer' ? hasTls && { rejectUnauthorized: false } : tls,
    application_name: target.applicationName ?? applicationName,
    ...(options !== undefined && { options }),
    connectionTimeoutMillis: (target.connectTimeoutSeconds ?? defaultConnectTimeoutSeconds) * 1_000,
  }
}
