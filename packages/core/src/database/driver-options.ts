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
 * postgres.js waits up to 20 s before it reconnects and counts the failures of all connections of a pool together, so
 * it would reach that wait after an outage of a second. The caller of a statement decides how often to retry.
 *
 * @param failures in a row, of all connections of the pool
 */
function reconnectSeconds(failures: number): number {
  return backoffMs(failures, firstReconnectMs, longestReconnectMs) / 1_000
}

/** The options of postgres.js for a target. @throws PostgresUrlError naming a file that can't be read */
export function postgresJsOptions(
  target: PostgresTarget,
  { applicationName, readFile }: DriverOptions,
): postgres.Options<Record<string, never>> & { ssl: TlsOptions | 'prefer' | false; connect_timeout: number } {
  const { host, port, user, password, database, options } = target
  return {
    // Omit unset options: postgres.js then uses PGHOST and the like.
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(database !== undefined && { database }),
    ssl: tlsOptions(target, readFile),
    connect_timeout: target.connectTimeoutSeconds ?? defaultConnectTimeoutSeconds,
    backoff: reconnectSeconds,
    // A named statement exists in one server connection, and a transaction pooler may send the next statement to
    // another. Drizzle names no statements, so this only affects postgres.js's own, such as `commit`.
    prepare: false,
    // Don't query the array types on each connection: no column is read as an array.
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      application_name: target.applicationName ?? applicationName,
      // PgBouncer tracks these two per client.
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      ...(options !== undefined && { options }),
    },
  }
}

/** Options of `pg`, which pg-boss passes on to it. */
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
 * The options of `pg` for the same target.
 *
 * @param hasTls whether the server supports TLS, which `pg` does not detect itself for `sslmode=prefer`
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
