import { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { MigrationMeta } from "drizzle-orm/migrator";
import postgres from "postgres";
export type Transaction = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0];
/**
 * Time limits of a transaction. Otherwise a machine that freezes or loses the network in a transaction would keep its
 * row locks for hours, until TCP gives up, and no other worker could take over its task.
 */
export interface TransactionOptions {
  /** Maximum time between two statements, milliseconds. Default 10,000. */
  idleMs?: number;
  /**
   * Maximum time from the first statement to the end, milliseconds. It is needed because postgres.js sends a statement
   * with parameters in two parts, and Postgres does not count a client that is silent between them as idle. Enforced by
   * Postgres 17 and newer. Default 30,000.
   */
  wholeMs?: number;
  /** Default `read committed`. */
  mode?: 'repeatable read read only';
}
/**
 * Runs `work` in a transaction. A lint rule forbids any other way to open one. Statements inside must be short, and
 * `work` must not wait for anything else unless `options` allow the time.
 *
 * A commit counts only if its command tag says so: Postgres answers the COMMIT of an aborted transaction with ROLLBACK,
 * which drivers don't report as an error. So the last statement is `commit and chain`, whose tag is checked;
 * postgres.js ends the empty transaction that it starts, without waiting for it.
 *
 * postgres.js 3.4 rejects a transaction when its connection closes, but does not track what still runs in it. A later
 * statement, including `rollback` and `commit`, would be written to a closed socket, which throws an exception that
 * can't be caught, or to a socket that another caller uses by now. So no statement is sent after the connection is
 * lost: those of `work` are rejected, and the result of `work` is discarded.
 * @param db of postgres.js, also behind a transaction pooler
 * @throws DatabaseUnavailableError when Postgres rolled back at the commit
 */
export declare function inTransaction<Result>(db: PostgresJsDatabase, work: (tx: Transaction, isOver: () => boolean) => Promise<Result>, { idleMs, wholeMs, mode }?: TransactionOptions): Promise<Result>;
type Queries = Pick<Transaction, 'execute'>;
/** A table of migrations and those that this release has, oldest first. */
export interface KnownMigrations {
  migrations: readonly MigrationMeta[];
  schema: string;
  /** Name of the migration table in that schema, used by these migrations only. */
  table: string;
}
/** The state of a schema, compared with the migrations of this release. */
export interface SchemaState {
  /** Migrations that the schema lacks. */
  pending: readonly MigrationMeta[];
  /** Number of migrations in the schema that this release does not know: a newer release made them. */
  unknown: number;
}
/**
 * Compares a schema with the migrations of this release.
 *
 * @throws DatabaseRefusedError when a newer release made a migration that this release can't work with
 */
export declare function readSchemaState(db: Queries, known: KnownMigrations): Promise<SchemaState>;
export interface MigrationOptions extends KnownMigrations {
  /** Created if it is missing, which needs the right CREATE on the database; otherwise the role must own it. */
  schema: string;
  /** Number of the advisory lock that processes starting at the same time wait for; the same in all of them. */
  lock: bigint;
  /** How long to wait for that lock, and for each table, milliseconds. Default 10,000. */
  lockWaitMs?: number;
  /**
   * Migrations that earlier releases can't work with: position in `migrations` → position of the oldest migration that
   * a release must know to work beside it. It is recorded in the table, where processes of earlier releases read it.
   */
  minCompatible?: Readonly<Record<number, number>>;
  /** The command that runs only the migrations, for the error that a role without the right gets. */
  command?: string;
}
/**
 * Runs the migrations that `table` does not list yet, all in one transaction. One connection is enough. When nothing is
 * pending, it takes no lock and needs only SELECT on the table.
 *
 * @returns the number of migrations in the schema that only a newer release knows, and that this one can work with
 * @throws DatabaseUnavailableError while another process holds the lock for longer than `lockWaitMs`
 * @throws DatabaseRefusedError when the role lacks a right, with what to do; or when a newer release has made a
 *   migration that this release can't work with
 */
export declare function applyMigrations(db: PostgresJsDatabase, options: MigrationOptions): Promise<{
  unknown: number;
}>;
/** Encryption modes of a connection, as in libpq's parameter of the same name; without one there is no TLS. */
declare const sslModes: readonly ["disable", "prefer", "require", "verify-ca", "verify-full"];
type SslMode = (typeof sslModes)[number];
/** A parsed Postgres URL. Absent parts use the driver's defaults, including PGHOST and the like. */
interface PostgresTarget {
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  sslMode: SslMode;
  /** Paths of PEM files. */
  rootCertificate?: string;
  certificate?: string;
  key?: string;
  applicationName?: string;
  /** Session settings, such as `-c work_mem=64MB`. */
  options?: string;
  connectTimeoutSeconds?: number;
}
/** The fault in a URL, as the end of a sentence that starts with the variable's name. Never contains a password. */
export declare class PostgresUrlError extends Error {
  readonly name = "PostgresUrlError";
}
/**
 * Parses a Postgres URL for both drivers that this product uses. The parameters are those of libpq (PostgreSQL manual,
 * 34.1.2). Unknown parameters are refused, because a driver that ignores one may connect without TLS.
 *
 * @throws PostgresUrlError
 */
export declare function parsePostgresUrl(text: string): PostgresTarget;
/** Options of Node's `tls.connect`, the same for postgres.js and `pg`. */
export interface TlsOptions {
  rejectUnauthorized: boolean;
  /** The name or address that the certificate must match. */
  host?: string;
  checkServerIdentity?: () => undefined;
  ca?: string;
  cert?: string;
  key?: string;
}
/** @returns the text of a file. @throws Error when it can't be read */
export type ReadFile = (path: string) => string;
/** Drizzle's database, with its client for streaming rows. */
export type Database = PostgresJsDatabase & {
  readonly $client: postgres.Sql;
};
export interface PostgresConnection {
  db: Database;
  /** Closes all connections; running queries get `timeoutSeconds` to finish. */
  close(timeoutSeconds?: number): Promise<void>;
}
export interface SocketOptions {
  /** The connection is closed when nothing was received for this long, milliseconds. */
  silenceMs: number;
  /** Time to connect, until Postgres has responded, milliseconds. */
  connectTimeoutMs: number;
  tls: TlsOptions | 'prefer' | false;
}
/**
 * Opens a connection, encrypted according to `tls`, that closes itself after a silence. It may still be connecting when
 * it is returned. A connection that fails is returned too, and emits `error` and `close`.
 */
export type OpenSocket = (address: {
  host: string;
  port: number;
}, options: SocketOptions) => Promise<unknown>;
interface ConnectOptions {
  /** Opened when needed, closed when idle. Default 10. */
  maxConnections?: number | undefined;
  /** Maximum time until the first byte of a statement's response, milliseconds. Default 60,000. */
  silenceMs?: number | undefined;
  /** Opens sockets that detect a silently dropped connection. Absent: such a connection lasts until TCP gives up. */
  openSocket?: OpenSocket | undefined;
  /** Shown in pg_stat_activity, unless the URL names another. Default `ingestion-server`. */
  applicationName?: string | undefined;
  /** Reads the certificates that the URL names. Absent where there is no file system. */
  readFile?: ReadFile | undefined;
}
/**
 * A connection pool for Drizzle only: Drizzle changes the parsers of its client, so the client is not shared with other
 * code.
 *
 * @param url `postgres://user:password@host:port/database`, with the parameters that parsePostgresUrl accepts
 * @throws PostgresUrlError describing the fault in the URL
 */
export declare function connectPostgres(url: string, options?: ConnectOptions): PostgresConnection;
interface DriverOptions {
  /** Shown in pg_stat_activity, unless the URL names another. */
  applicationName: string;
  readFile?: ReadFile | undefined;
}
/** The options of postgres.js for a target. @throws PostgresUrlError naming a file that can't be read */
export declare function postgresJsOptions(target: PostgresTarget, { applicationName, readFile }: DriverOptions): postgres.Options<Record<string, never>> & {
  ssl: TlsOptions | 'prefer' | false;
  connect_timeout: number;
};
/** Options of `pg`, which pg-boss passes on to it. */
export interface PgOptions {
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  ssl: TlsOptions | false;
  application_name: string;
  options?: string;
  connectionTimeoutMillis: number;
}
/**
 * The options of `pg` for the same target.
 *
 * @param hasTls whether the server supports TLS, which `pg` does not detect itself for `sslmode=prefer`
 * @throws PostgresUrlError naming a file that can't be read
 */
export declare function pgOptions(target: PostgresTarget, { applicationName, readFile, hasTls }: DriverOptions & {
  hasTls: boolean;
}): PgOptions;
/** The message of an error. Omits the parameters of a failed statement, which may include a password hash. */
export declare function errorMessage(error: unknown): string;
/** The message and stack trace of an error, for the log. Omits parameters like `errorMessage`. */
export declare function errorTrace(error: unknown): string;
/**
 * Whether a connection pooler is between this process and Postgres. A pooler issues its own process ids and cancel
 * keys, because it may move a client to another server process at any time. Behind one, nothing works that depends on a
 * session: LISTEN, session locks, SET, temporary tables, named statements.
 */
export declare function isPooled(db: PostgresJsDatabase): Promise<boolean>;
/**
 * The SQLSTATE of the Postgres error that caused an error, or null if there is none (PostgreSQL manual, appendix A).
 */
export declare function sqlState(error: unknown): string | null;
/**
 * Whether Postgres ended a statement because it took too long: by `statement_timeout` (57014), or by a recovery
 * conflict on a standby (40001, 40P01, and 57P01 where it closed the connection). The same statement over fewer rows
 * may succeed.
 */
export declare function wasTooLong(error: unknown): boolean;
export {};
//# sourceMappingURL=types-index2.d.ts.map