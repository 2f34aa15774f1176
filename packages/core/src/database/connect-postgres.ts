import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { postgresJsOptions } from './driver-options.ts'
import { parsePostgresUrl } from './postgres-url.ts'
import type { ReadFile, TlsOptions } from './tls-options.ts'

/** Drizzle's database, with its client for streaming rows. */
export type Database = PostgresJsDatabase & { readonly $client: postgres.Sql }

/** A pool of connections to one Postgres. */
export interface PostgresConnection {
  /** For queries, and for the functions of this package that take a database. */
  db: Database
  /** Closes all connections; running queries get `timeoutSeconds` to finish. Default 5. */
  close(timeoutSeconds?: number): Promise<void>
}

export interface SocketOptions {
  /** The connection is closed when nothing was received for this long, milliseconds. */
  silenceMs: number
  /** Time to connect, until Postgres has responded, milliseconds. */
  connectTimeoutMs: number
  tls: TlsOptions | 'prefer' | false
}

/**
 * Opens a connection, encrypted according to `tls`, that closes itself after a silence. It may still be connecting when
 * it is returned. A connection that fails is returned too, and emits `error` and `close`.
 */
export type OpenSocket = (address: { host: string; port: number }, options: SocketOptions) => Promise<unknown>

export interface ConnectOptions {
  /** Opened when needed, closed when idle. Default 10. */
  maxConnections?: number | undefined
  /** Maximum time until the first byte of a statement's response, milliseconds. Default 60,000. */
  silenceMs?: number | undefined
  /** Opens sockets that detect a silently dropped connection. Absent: such a connection lasts until TCP gives up. */
  openSocket?: OpenSocket | undefined
  /** Shown in pg_stat_activity, unless the URL names another. Default `ingestion-server`. */
  applicationName?: string | undefined
  /** Reads the certificates that the URL names. Absent where there is no file system. */
  readFile?: ReadFile | undefined
}

/** Between the timeout of a statement and that of its connection. */
const graceMs = 5_000

/**
 * A connection pool for Drizzle only: Drizzle changes the parsers of its client, so the client is not shared with other
 * code.
 *
 * @param url `postgres://user:password@host:port/database`, with the parameters that parsePostgresUrl accepts
 * @throws PostgresUrlError describing the fault in the URL
 * @example
 * import { connectPostgres } from '@ingestion-server/core'
 *
 * const { db, close } = connectPostgres('postgres://user:password@localhost:5432/catalog')
 * const rows = await db.execute<{ version: string }>('select version()')
 * console.log(rows[0]?.version)
 * await close()
 */
export function connectPostgres(url: string, options: ConnectOptions = {}): PostgresConnection {
  const { maxConnections = 10, silenceMs = 60_000, openSocket } = options
  const { applicationName = 'ingestion-server', readFile } = options
  const driver = postgresJsOptions(parsePostgresUrl(url), { applicationName, readFile })
  const client = postgres({
    ...driver,
    ...(openSocket && socketOptions(openSocket, driver, silenceMs + graceMs)),
    max: maxConnections,
    // Idle connections are silent too, so they are closed before they look dropped.
    idle_timeout: Math.min(60, silenceMs / 1_000),
  })
  return { db: drizzle(client), close: (timeoutSeconds = 5) => client.end({ timeout: timeoutSeconds }) }
}

/**
 * postgres.js calls `socket` with the hosts and ports, some of which it reads from the environment; its types lack it.
 */
function socketOptions(
  openSocket: OpenSocket,
  { ssl, connect_timeout: connectTimeoutSeconds }: ReturnType<typeof postgresJsOptions>,
  silenceMs: number,
) {
  return {
    ssl: false,
    socket: ({ host: [host = 'localhost'], port: [port = 5432] }: { host: string[]; port: number[] }) =>
      openSocket({ host, port }, { silenceMs, connectTimeoutMs: connectTimeoutSeconds * 1_000, tls: ssl }),
  } as const
}
