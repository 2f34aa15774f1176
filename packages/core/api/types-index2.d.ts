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
 * A commit counts only if its command tag says so: Postgres responds to the COMMIT of an aborted transaction with
 * ROLLBACK, which drivers don't report as an error. So the last statement is `commit and chain`, whose tag is checked;
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
/** A pool of connections to one Postgres. */
export interface PostgresConnection {
  /** For queries, and for the functions of this package that take a database. */
  db: Database;
  /** Closes all connections; running queries get `timeoutSeconds` to finish. Default 5. */
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
 * @example
 * import { connectPostgres } from '@ingestion-server/core'
 *
 * const { db, close } = connectPostgres('postgres://user:password@localhost:5432/catalog')
 * const rows = await db.execute<{ version: string }>('select version()')
 * console.log(rows[0]?.version)
 * await close()
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
 * Base class of the errors that callers can distinguish, one class each. `code` is stable and sent over the wire; the
 * message says what happened, to what, and what to do next.
 */
export declare abstract class IngestionError extends Error {
  abstract readonly code: string;
  /** Fields sent over the wire beside the message, in snake_case. */
  readonly details: Record<string, unknown>;
  constructor(message: string, options?: {
    cause?: unknown;
    details?: Record<string, unknown>;
  });
}
/** Another active task works on the index or on the alias. */
export declare class IndexBusyError extends IngestionError {
  readonly name = "IndexBusyError";
  readonly code = "index_busy";
  constructor(index: string, taskId: string);
}
/** A task would create an index whose name is taken by another index. */
export declare class IndexExistsError extends IngestionError {
  readonly name = "IndexExistsError";
  readonly code = "index_exists";
  constructor(index: string);
}
/** The task's index was deleted, or replaced by another with the same name. */
export declare class IndexReplacedError extends IngestionError {
  readonly name = "IndexReplacedError";
  readonly code = "index_replaced";
  constructor(index: string, cause?: unknown);
}
/** The database has no table or view of a name that a model or a statement reads. */
export declare class TableNotFoundError extends IngestionError {
  readonly name = "TableNotFoundError";
  readonly code = "table_not_found";
  constructor(table: string, cause?: unknown);
}
/** The table was swapped under a running task, for example by a data refresh. */
export declare class TableReplacedError extends IngestionError {
  readonly name = "TableReplacedError";
  readonly code = "table_replaced";
  constructor(table: string);
}
/** OpenSearch refused more documents than `max_failed` allows. */
export declare class DocumentsFailedError extends IngestionError {
  readonly name = "DocumentsFailedError";
  readonly code = "documents_failed";
  constructor(index: string, failed: number, maxFailed: number);
  /** The task reached the limit of stored failed documents and stops early. */
  static beyondLimit(index: string, limit: number): DocumentsFailedError;
}
/** Documents still differ from their rows after the maximum number of repairs. */
export declare class VerificationFailedError extends IngestionError {
  readonly name = "VerificationFailedError";
  readonly code = "verification_failed";
  /** @param fields fields that differed, if fields were compared, and in how many documents */
  constructor(index: string, differingIds: readonly string[], fields?: readonly {
    field: string;
    documents: number;
  }[]);
}
/** OpenSearch can't be reached or can't work now. Transient, so the call is retried. */
export declare class SearchUnavailableError extends IngestionError {
  readonly name = "SearchUnavailableError";
  readonly code = "search_unavailable";
}
/** OpenSearch refused a request, and retrying does not help. */
export declare class SearchRefusedError extends IngestionError {
  readonly name = "SearchRefusedError";
  readonly code = "search_refused";
}
/** Postgres can't be reached, or is starting or stopping. Transient, so the call is retried. */
export declare class DatabaseUnavailableError extends IngestionError {
  readonly name = "DatabaseUnavailableError";
  readonly code = "database_unavailable";
}
/** Postgres refused a statement, and retrying does not help. */
export declare class DatabaseRefusedError extends IngestionError {
  readonly name = "DatabaseRefusedError";
  readonly code = "database_refused";
}
/** The task store has no task with this id: it was never created, or was removed after its retention. */
export declare class TaskNotFoundError extends IngestionError {
  readonly name = "TaskNotFoundError";
  readonly code = "task_not_found";
  constructor(taskId: string);
}
/** An idempotency key was reused with a different request. */
export declare class IdempotencyKeyReusedError extends IngestionError {
  readonly name = "IdempotencyKeyReusedError";
  readonly code = "idempotency_key_reused";
  constructor(key: string, taskId: string);
}
/** The task's state does not allow the request. */
export declare class TaskStateError extends IngestionError {
  readonly name = "TaskStateError";
  readonly code = "task_state";
}
/** Another worker has the item now, or the task has ended. The worker that gets this error must stop writing. */
export declare class LeaseLostError extends IngestionError {
  readonly name = "LeaseLostError";
  readonly code = "lease_lost";
  constructor(taskId: string);
}
/** The server knows the action but does not support it yet. */
export declare class ActionUnavailableError extends IngestionError {
  readonly name = "ActionUnavailableError";
  readonly code = "action_unavailable";
  constructor(action: string);
}
/** The alias for filtered documents would point to an unfiltered index. */
export declare class UnfilteredIndexError extends IngestionError {
  readonly name = "UnfilteredIndexError";
  readonly code = "unfiltered_index";
  constructor(alias: string, index: string, reason: string);
}
/** Another client moved the alias while a task was about to move it. */
export declare class AliasMovedError extends IngestionError {
  readonly name = "AliasMovedError";
  readonly code = "alias_moved";
  constructor(alias: string, indices: readonly string[]);
}
/** The alias name is the name of an index. */
export declare class AliasIsIndexError extends IngestionError {
  readonly name = "AliasIsIndexError";
  readonly code = "alias_is_index";
  constructor(alias: string);
}
/** The index has far fewer documents than the alias serves now. */
export declare class IndexShrankError extends IngestionError {
  readonly name = "IndexShrankError";
  readonly code = "index_shrank";
  constructor(index: string, documents: number, live: {
    alias: string;
    documents: number;
  });
}
/** The index did not become healthy in time. */
export declare class IndexUnhealthyError extends IngestionError {
  readonly name = "IndexUnhealthyError";
  readonly code = "index_unhealthy";
  constructor(index: string, health: string);
}
/** The index is in use: an alias points to it. */
export declare class IndexAliasedError extends IngestionError {
  readonly name = "IndexAliasedError";
  readonly code = "index_aliased";
  constructor(index: string, alias: string);
}
/** An alias pointed to the index recently and can still be rolled back to it. */
export declare class IndexInRollbackWindowError extends IngestionError {
  readonly name = "IndexInRollbackWindowError";
  readonly code = "index_in_rollback_window";
  /** @param until ISO 8601 */
  constructor(index: string, alias: string, until: string);
}
/** The alias's previous index is unknown, or the alias can't point to it any more. */
export declare class NothingToRollBackError extends IngestionError {
  readonly name = "NothingToRollBackError";
  readonly code = "nothing_to_roll_back";
  constructor(alias: string, reason: string);
}
/** The index of a request does not exist. */
export declare class IndexNotFoundError extends IngestionError {
  readonly name = "IndexNotFoundError";
  readonly code = "index_not_found";
  constructor(index: string);
}
/** The index was not compared with the database: it was built elsewhere, or its task did not complete. */
export declare class IndexUnverifiedError extends IngestionError {
  readonly name = "IndexUnverifiedError";
  readonly code = "index_unverified";
  /** @param todo advice for the caller */
  constructor(index: string, todo?: string);
}
/** The index lacks fields that sensitive terms are searched in, so filtering it would miss documents. */
export declare class FieldsMissingError extends IngestionError {
  readonly name = "FieldsMissingError";
  readonly code = "fields_missing";
  constructor(index: string, fields: readonly string[]);
}
/** Several workers in a row died or froze on the same piece of work without saving progress. */
export declare class WorkersLostError extends IngestionError {
  readonly name = "WorkersLostError";
  readonly code = "workers_lost";
  constructor(workers: number, phase: string, ordinal: number | null);
}
/** No list of sensitive terms is configured. */
export declare class TermsMissingError extends IngestionError {
  readonly name = "TermsMissingError";
  readonly code = "terms_missing";
  constructor();
}
/** The list of sensitive terms can't be read now. */
export declare class TermsUnavailableError extends IngestionError {
  readonly name = "TermsUnavailableError";
  readonly code = "terms_unavailable";
  constructor(cause: unknown);
}
/** The list of sensitive terms is empty: an index filtered with it would be unfiltered. */
export declare class TermsEmptyError extends IngestionError {
  readonly name = "TermsEmptyError";
  readonly code = "terms_empty";
  constructor();
}
/** A line of the list of sensitive terms can't be searched for. */
export declare class TermInvalidError extends IngestionError {
  readonly name = "TermInvalidError";
  readonly code = "term_invalid";
  constructor(line: number, text: string, reason: string);
}
/** Filtering did not produce exactly the expected documents. */
export declare class FilteringFailedError extends IngestionError {
  readonly name = "FilteringFailedError";
  readonly code = "filtering_failed";
  constructor(index: string, reason: string);
}
/** Stops the work of a process once a newer release has migrated its tables; see `createSchemaGuard`. */
export interface SchemaGuard {
  /** Counts as a check: the next one is due after five seconds. */
  markChecked(): void;
  /**
   * Checks the schema, at most every five seconds for all callers together.
   *
   * @throws DatabaseUnavailableError while a newer release has made tables that this release can't work with
   */
  assertCompatible(): Promise<void>;
}
/**
 * Guards the work of a process that keeps running while a newer release migrates its schema.
 *
 * @param options.checkSchema throws DatabaseRefusedError when this release can't work with the tables
 * @param options.now milliseconds of any clock
 * @param options.onRefused called once for each check that found such a schema
 * @example
 * import { checkTaskSchema, connectPostgres, createSchemaGuard } from '@ingestion-server/core'
 *
 * const { db } = connectPostgres('postgres://user:password@localhost:5432/tasks')
 * const guard = createSchemaGuard({
 *   checkSchema: () => checkTaskSchema(db),
 *   now: () => Date.now(),
 *   onRefused: (error) => console.error(error.message),
 * })
 * await guard.assertCompatible() // before each piece of work
 */
export declare function createSchemaGuard(options: {
  checkSchema(): Promise<void>;
  now(): number;
  onRefused(error: DatabaseRefusedError): void;
}): SchemaGuard;
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