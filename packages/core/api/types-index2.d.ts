import { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { MigrationMeta } from "drizzle-orm/migrator";
import postgres from "postgres";
export interface MigrationOptions {
  migrations: readonly MigrationMeta[];
  /** Made where it is missing, which needs the right CREATE on the database; else the role must own it. */
  schema: string;
  /** In that schema, of these migrations alone. */
  table: string;
  /** Number of the advisory lock that processes which start together wait for: the same in all of them. */
  lock: bigint;
  /** How long to wait for that lock, and for each table, milliseconds. Default 10,000. */
  lockWaitMs?: number;
}
/**
 * Runs the migrations that `table` doesn't name yet, all in one transaction. One connection is enough. When there is
 * nothing to do, no lock is taken and no right but SELECT on the table is needed.
 *
 * @throws DatabaseUnavailableError while another process holds the lock for longer than `lockWaitMs`
 * @throws DatabaseRefusedError when the role lacks a right, saying which statement gives it
 */
export declare function applyMigrations(db: PostgresJsDatabase, options: MigrationOptions): Promise<void>;
/** How a connection is encrypted, as libpq's parameter of the same name has it; without one there is no TLS. */
declare const sslModes: readonly ["disable", "prefer", "require", "verify-ca", "verify-full"];
type SslMode = (typeof sslModes)[number];
/** A Postgres URL, taken apart. What is absent is left to the defaults of the driver, PGHOST and the like among them. */
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
  /** Settings of the session, such as `-c work_mem=64MB`. */
  options?: string;
  connectTimeoutSeconds?: number;
}
/** What is wrong with a URL, as the end of a sentence that begins with the variable's name. Never holds a password. */
export declare class PostgresUrlError extends Error {
  readonly name = "PostgresUrlError";
}
/**
 * Takes a Postgres URL apart, for both drivers that this product uses. The parameters are those of libpq (PostgreSQL
 * manual, 34.1.2); what is not known is refused, because a driver that ignores it may connect without TLS.
 *
 * @throws PostgresUrlError
 */
export declare function parsePostgresUrl(text: string): PostgresTarget;
/** What `tls.connect` of Node takes, the same for postgres.js and `pg`. */
export interface TlsOptions {
  rejectUnauthorized: boolean;
  /** The name or address that the certificate has to be for. */
  host?: string;
  checkServerIdentity?: () => undefined;
  ca?: string;
  cert?: string;
  key?: string;
}
/** @returns the text of a file. @throws Error when it can't be read */
export type ReadFile = (path: string) => string;
/** Drizzle's database, with the client below it for rows that are passed on as they come. */
export type Database = PostgresJsDatabase & {
  readonly $client: postgres.Sql;
};
export interface PostgresConnection {
  db: Database;
  /** Ends all connections; queries under way get `timeoutSeconds` to finish. */
  close(timeoutSeconds?: number): Promise<void>;
}
export interface SocketOptions {
  /** The connection is closed when nothing was received for this long, milliseconds. */
  silenceMs: number;
  /** Until Postgres has answered, milliseconds. */
  connectTimeoutMs: number;
  tls: TlsOptions | 'prefer' | false;
}
/**
 * Opens a connection, encrypted as `tls` says, that closes itself when it stays silent. It may still be connecting. One
 * that fails is returned too, and emits `error` and `close`.
 */
export type OpenSocket = (address: {
  host: string;
  port: number;
}, options: SocketOptions) => Promise<unknown>;
interface ConnectOptions {
  /** Opened when needed, closed when idle. Default 10. */
  maxConnections?: number | undefined;
  /** A statement takes at most this long until its first byte arrives, milliseconds. Default 60,000. */
  silenceMs?: number | undefined;
  /** Closes connections that the network has dropped silently. Absent: they last until TCP gives up. */
  openSocket?: OpenSocket | undefined;
  /** Shown in pg_stat_activity, unless the URL names another. Default `ingestion-server`. */
  applicationName?: string | undefined;
  /** Reads the certificates that the URL names. Absent where there are no files. */
  readFile?: ReadFile | undefined;
}
/**
 * A pool of connections for Drizzle alone: Drizzle changes the parsers of the client it is given, so the client
 * is not handed out.
 *
 * @param url `postgres://user:password@host:port/database`, with the parameters that parsePostgresUrl knows
 * @throws PostgresUrlError saying what is wrong with the URL
 */
export declare function connectPostgres(url: string, options?: ConnectOptions): PostgresConnection;
interface DriverOptions {
  /** Shown in pg_stat_activity, unless the URL names another. */
  applicationName: string;
  readFile?: ReadFile | undefined;
}
/** A target for postgres.js. @throws PostgresUrlError naming a file that can't be read */
export declare function postgresJsOptions(target: PostgresTarget, { applicationName, readFile }: DriverOptions): postgres.Options<Record<string, never>> & {
  ssl: TlsOptions | 'prefer' | false;
  connect_timeout: number;
};
/** What `pg` takes, and pg-boss hands on to it. */
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
 * The same target for `pg`.
 *
 * @param hasTls whether the server has TLS, which `pg` doesn't find out by itself for `sslmode=prefer`
 * @throws PostgresUrlError naming a file that can't be read
 */
export declare function pgOptions(target: PostgresTarget, { applicationName, readFile, hasTls }: DriverOptions & {
  hasTls: boolean;
}): PgOptions;
/**
 * The message of an error; of a failed statement without its parameters, which may be the hash of a password.
 */
export declare function errorMessage(error: unknown): string;
/** The same with where it happened, for the log. */
export declare function errorTrace(error: unknown): string;
/**
 * Whether there is a connection pooler between this process and Postgres: a pooler gives its clients process ids and
 * cancel keys of its own, because a client may be moved to another server process at any time. Behind one, nothing
 * works that lives in a session: LISTEN, locks of the session, SET, temporary tables, named statements.
 */
export declare function isPooled(db: PostgresJsDatabase): Promise<boolean>;
/** The SQLSTATE of Postgres' own error behind an error, or null when there is none (PostgreSQL manual, appendix A). */
export declare function sqlState(error: unknown): string | null;
/**
 * Whether Postgres ended a statement because it took too long: for `statement_timeout` (57014), or on a standby that had
 * to apply what the primary did meanwhile (40001, 40P01, and 57P01 where it ended the connection). The same statement over fewer rows may pass.
 */
export declare function wasTooLong(error: unknown): boolean;
export type Transaction = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0];
/**
 * How long a transaction may take. A machine that freezes or drops off the network in the middle of one would
 * otherwise keep its row locks until TCP gives up, hours later, and its task could not be taken over.
 */
export interface TransactionOptions {
  /** Between two statements, milliseconds. Default 10,000. */
  idleMs?: number;
  /**
   * From the first statement to the end, milliseconds. postgres.js sends a statement with parameters in two parts, and
   * to Postgres a client that is silent between them is not idle. Postgres 17 and newer keep this limit. Default 30,000.
   */
  wholeMs?: number;
  /** Default `read committed`. */
  mode?: 'repeatable read read only';
}
/**
 * The only way to a transaction in this product (a lint rule forbids others). Statements inside are short, and nothing
 * else is waited for inside, unless `options` say for how long it may be.
 *
 * A commit is believed by its command tag alone: Postgres answers the COMMIT of a transaction that was aborted with
 * ROLLBACK, which is no error to a driver. So the last statement here is `commit and chain`, whose tag is read; the
 * empty transaction that it begins is ended by postgres.js, and not waited for.
 *
 * postgres.js 3.4 rejects a transaction as soon as its connection is closed, but knows nothing of what still runs in
 * it: a statement, `rollback` and `commit` included, that follows then is written to a socket that is gone, which is
 * an exception that can't be caught, or to one that another caller uses by now. So when the connection is gone no
 * statement follows: those of `work` are rejected, and what `work` ends with is dropped.
 *
 * @param db of postgres.js, behind a transaction pooler too
 * @throws DatabaseUnavailableError when Postgres rolled back at the commit
 */
export declare function inTransaction<Result>(db: PostgresJsDatabase, work: (tx: Transaction, isOver: () => boolean) => Promise<Result>, { idleMs, wholeMs, mode }?: TransactionOptions): Promise<Result>;
export {};
//# sourceMappingURL=types-index2.d.ts.map