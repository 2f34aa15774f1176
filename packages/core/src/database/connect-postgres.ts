import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { postgresJsOptions } from './driver-options.ts'
import { parsePostgresUrl } from './postgres-url.ts'
import type { ReadFile, TlsOptions } from './tls-options.ts'

/** Drizzle's database, with the client below it for rows that are passed on as they come. */
export type Database = PostgresJsDatabase & { readonly $client: postgres.Sql }

export interface PostgresConnection {
  db: Database
  /** Ends all connections; queries under way get `timeoutSeconds` to finish. */
  close(timeoutSeconds?: number): Promise<void>
}

export interface SocketOptions {
  /** The connection is closed when nothing was received for this long, milliseconds. */
  silenceMs: number
  /** Until Postgres has answered, milliseconds. */
  connectTimeoutMs: number
  tls: TlsOptions | 'prefer' | false
}

/**
 * Opens a connection, encrypted as `tls` says, that closes itself when it stays silent. It may still be connecting. One
 * that fails is returned too, and emits `error` and `close`.
 */
export type OpenSocket = (address: { host: string; port: number }, options: SocketOptions) => Promise<unknown>

export interface ConnectOptions {
  /** Opened when needed, closed when idle. Default 10. */
  maxConnections?: number | undefined
  /** A statement takes at most this long until its first byte arrives, milliseconds. Default 60,000. */
  silenceMs?: number | undefined
  /** Closes connections that the network has dropped silently. Absent: they last until TCP gives up. */
  openSocket?: OpenSocket | undefined
  /** Shown in pg_stat_activity, unless the URL names another. Default `ingestion-server`. */
  applicationName?: string | undefined
  /** Reads the certificates that the URL names. Absent where there are no files. */
  readFile?: ReadFile | undefined
}

/** Between the limit of a statement and the one of its connection. */
const graceMs = 5_000

/**
 * A pool of connections for Drizzle alone: Drizzle changes the parsers of the client it is given, so the client
 * is not handed out.
 *
 * @param url `postgres://user:password@host:port/database`, with the parameters that parsePostgresUrl knows
 * @throws PostgresUrlError saying what is wrong with the URL
 */
export function connectPostgres(url: string, options: ConnectOptions = {}): PostgresConnection {
  const { maxConnections = 10, silenceMs = 60_000, openSocket } = options
  const { applicationName = 'ingestion-server', readFile } = options
  const driver = postgresJsOptions(parsePostgresUrl(url), { applicationName, readFile })
  const client = postgres({
    ...driver,
    ...(openSocket && socketOptions(openSocket, driver, silenceMs + graceMs)),
    max: maxConnections,
    // Idle connections are silent too, and have to be closed before they look dropped.
    idle_timeout: Math.min(60, silenceMs / 1_000),
  })
  return { db: drizzle(client), close: (timeoutSeconds = 5) => client.end({ timeout: timeoutSeconds }) }
}

/** postgres.js calls `socket` with the hosts and ports that it takes part of from the environment; its types lack it. */
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
