import { ActionCommand, ActionFacts, ActionMethods, ActionName, ActionPhases, FieldFacts, FieldKind, Phase, PhaseOf, PhaseRole, actionFacts, actionNames, findActionFacts, findActionPhases, findPhaseRole, phases } from "./types-facts.js";
import { AliasHistory, AliasMove, BoundBy, Build, BuildList, BuildingAction, CancelRequest, CatchUpMethod, Counts, CreatedToken, DeleteIndexRequest, DocumentExplanation, DocumentPage, DocumentQuery, ExplainedDocument, FailedDocument, FailedDocumentPage, FailedDocumentSummary, FieldValue, FilteredIndexRequest, Index, IndexDetails, IndexList, InputError, NewToken, ParsedTaskRequest, PlanCheck, PlanException, PlanMove, PointAliasRequest, Problem, ProblemCode, ReindexRequest, RequestOf, RowState, ScheduledTask, Scope, Shard, Stat, SubmissionOptions, Task, TaskCallback, TaskError, TaskEvent as TaskEvent$1, TaskEventPage, TaskEventType, TaskFilter, TaskItem as TaskItem$1, TaskItemPage, TaskItemPart, TaskItemSummary, TaskLimitsPatch, TaskMatch, TaskPage, TaskPlan, TaskRates, TaskRequest, TaskSort, TaskStatus, TaskSummary as TaskSummary$1, Token, TokenList, Waiting, WireId, aliasHistoryQuerySchema, aliasHistorySchema, aliasMoveSchema, boundBy, buildListSchema, buildQuerySchema, buildSchema, buildingActions, callbackStates, callbackUrlSchema, cancelRequestSchema, catchUpMethods, countsSchema, createTaskRequestParser, createTaskRequestSchemas, createdTokenSchema, describeIssue, describeParameterIssue, documentExplanations, documentPageSchema, documentQuerySchema, durationSample, explainedDocumentSchema, failedDocumentPageSchema, failedDocumentSchema, failedDocumentSummarySchema, filteredEnding, filteredIndexName, indexDetailsSchema, indexListSchema, indexName, indexSchema, indexSuffixSchema, inputErrorSchema, invisible, isIndexName, isVisible, maxFailedDocuments, maxFailedReasons, maxIndexNameBytes, maxItemParts, maxReasonExamples, maxReasonIds, modelAliases, newTokenSchema, oneOf, pageSizeSchema, planCheckSchema, planExceptionSchema, planMoveSchema, problemSchema, problemTitle, problemTitles, rowStates, scheduledTaskSchema, scopes, shardSchema, shortBodyBytes, statSchema, submissionOptionsSchema, taskCallbackSchema, taskErrorSchema, taskEventPageSchema, taskEventSchema, taskEventTypes, taskFilterSchema, taskItemPageSchema, taskItemPartSchema, taskItemSchema, taskItemSummarySchema, taskLimitsPatchSchema, taskLimitsSchema, taskMatchSchema, taskPageSchema, taskPlanSchema, taskRateSchema, taskRatesSchema, taskSchema, taskSorts, taskStatuses, taskStreamSchema, taskSummarySchema, toInputErrors, toPointer, toWireId, tokenListSchema, tokenSchema, unfilteredSuffixSchema, waitingSchema, wholeParameter, wireIdSchema, writeAliasEnding } from "./types-index.js";
import { ActionUnavailableError, AliasIsIndexError, AliasMovedError, Database, DatabaseRefusedError, DatabaseUnavailableError, DocumentsFailedError, FieldsMissingError, FilteringFailedError, IdempotencyKeyReusedError, IndexAliasedError, IndexBusyError, IndexExistsError, IndexInRollbackWindowError, IndexNotFoundError, IndexReplacedError, IndexShrankError, IndexUnhealthyError, IndexUnverifiedError, IngestionError, LeaseLostError, MigrationOptions, NothingToRollBackError, OpenSocket, PgOptions, PostgresConnection, PostgresUrlError, ReadFile, SchemaGuard, SearchRefusedError, SearchUnavailableError, SocketOptions, TableNotFoundError, TableReplacedError, TaskNotFoundError, TaskStateError, TermInvalidError, TermsEmptyError, TermsMissingError, TermsUnavailableError, UnfilteredIndexError, VerificationFailedError, WorkersLostError, connectPostgres, createSchemaGuard, errorMessage, errorTrace, isPooled, parsePostgresUrl, pgOptions } from "./types-index2.js";
import { z } from "zod";
import { SQL } from "drizzle-orm";
import { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { Client, ClientOptions } from "@opensearch-project/opensearch";
import { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { SelectResultFields } from "drizzle-orm/query-builders/select.types";
/** The model reads columns that a table lacks. */
export declare class ColumnMissingError extends IngestionError {
  readonly name = "ColumnMissingError";
  readonly code = "column_missing";
  constructor(table: string, columns: readonly string[]);
}
/** A table can't be read as its model requires, because of the type of its ids, a missing index, or a column's type. */
export declare class TableUnusableError extends IngestionError {
  readonly name = "TableUnusableError";
  readonly code = "table_unusable";
  /** @param details.help what to do about it: a sentence or a statement */
  constructor(table: string, reason: string, details: {
    help: string;
    column?: string;
    type?: string;
  });
}
/** An index differs from what was requested: an index template or another client changed it. */
export declare class IndexDiffersError extends IngestionError {
  readonly name = "IndexDiffersError";
  readonly code = "index_differs";
  /** @param templates names of the index templates that match its name */
  constructor(index: string, differences: readonly string[], templates: readonly string[]);
}
/**
 * A closed index can't be read or written; it can only be opened, deleted, or have its aliases and settings changed.
 */
export declare class IndexClosedError extends IngestionError {
  readonly name = "IndexClosedError";
  readonly code = "index_closed";
  constructor(index: string, cause?: unknown);
}
/** A verified index has changed since: it lost documents or refuses writes. */
export declare class IndexChangedError extends IngestionError {
  readonly name = "IndexChangedError";
  readonly code = "index_changed";
  /** @param advice what to do about it */
  constructor(index: string, differences: readonly string[], advice?: string);
}
/** An alias that is to be moved has a filter or routing, which changes what searches find. */
export declare class AliasAlteredError extends IngestionError {
  readonly name = "AliasAlteredError";
  readonly code = "alias_altered";
  constructor(alias: string, index: string, alters: readonly string[]);
}
/** The cluster has no room for an index, or this server lacks rights that the task needs later. */
export declare class ClusterUnfitError extends IngestionError {
  readonly name = "ClusterUnfitError";
  readonly code = "cluster_unfit";
  constructor(index: string, checks: readonly {
    check: string;
    detail: string;
  }[]);
}
/** Something else wrote to the index each time the task repaired documents. */
export declare class WrittenByOthersError extends IngestionError {
  readonly name = "WrittenByOthersError";
  readonly code = "verification_failed";
  constructor(index: string);
}
/** A request names a model that this server does not have. */
export declare class ModelNotFoundError extends IngestionError {
  readonly name = "ModelNotFoundError";
  readonly code = "model_not_found";
  /** @param models names of the existing models */
  constructor(model: string, models: readonly string[]);
}
/** A model's two aliases were to move together, and no filtered copy belongs to the index. */
export declare class FilteredCopyMissingError extends IngestionError {
  readonly name = "FilteredCopyMissingError";
  readonly code = "filtered_copy_missing";
  /** @param found the index that the request names as its copy; null: it names none */
  constructor(index: string, alias: string, found: string | null);
}
/** Data stored with a task, or a service's response, has a different shape than this version of the server expects. */
export declare class UnexpectedDataError extends IngestionError {
  readonly name = "UnexpectedDataError";
  readonly code = "unexpected_data";
  /** @param where JSON pointers of the unexpected values */
  constructor(where: string, cause?: unknown);
}
/** Time as a dependency, so that tests don't have to wait. */
interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
/** The time and timers of the system: `Date.now` and `setTimeout`. */
export declare const systemClock: Clock;
/**
 * Sleeps between the rounds of a loop that runs until it is stopped.
 *
 * @returns whether to go on: false, at once, when the signal has aborted
 * @example
 * while (await sleepUnlessAborted(clock, 1_000, signal)) await check()
 */
export declare function sleepUnlessAborted(clock: Pick<Clock, 'sleep'>, ms: number, signal: AbortSignal | undefined): Promise<boolean>;
/**
 * Exponential backoff with full jitter: a random wait below base·2^attempt, capped.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export declare function backoffMs(attempt: number, baseMs?: number, capMs?: number, random?: () => number): number;
/**
 * A JSON writer that appends UTF-8 to one array, which grows and is reused. Postgres sends UTF-8 already: converting it
 * to strings, joining and encoding them again would take five times as long.
 */
declare class JsonBytes {
  #private;
  bytes: Uint8Array;
  /** Bytes written; later bytes of the array are undefined. */
  length: number;
  /** @param capacity initial size, bytes; grows as needed */
  constructor(capacity?: number);
  clear(): void;
  /** Appends bytes of JSON from `start` up to but excluding `end`, unchanged. */
  append(json: Uint8Array, start?: number, end?: number): void;
  /** Appends a string, given as UTF-8 from `start` on. */
  appendString(utf8: Uint8Array, start?: number): void;
  /** Appends any value that JSON.stringify accepts. */
  appendValue(value: unknown): void;
  /** Appends JSON text unchanged. */
  appendText(text: string): void;
}
/** The lines of one document to write or delete. */
interface Operation {
  /** `_id` */
  id: string;
  /** The document, JSON; empty for a deletion. */
  document: string;
}
/** Documents to write and delete, as the NDJSON body of a bulk request. Reused after it is written. */
declare class BulkBody {
  #private;
  /** @param capacity approximate size, bytes */
  constructor(capacity?: number);
  /** Number of operations. */
  get size(): number;
  /** Length in bytes. */
  get length(): number;
  /** Bytes of its buffer. */
  get capacity(): number;
  clear(): void;
  /**
   * @param id a row's id, digits
   * @param writeDocument writes a JSON object on one line
   */
  index(id: Uint8Array, writeDocument: (to: JsonBytes) => void): void;
  delete(id: string): void;
  /** The bytes of the operations from `first` up to but excluding `end`; valid until the body changes. */
  slice(first?: number, end?: number): Uint8Array;
  /** Creates a body with some of the operations. */
  pick(positions: readonly number[]): BulkBody;
  read(position: number): Operation;
  /** The position after the last operation that ends within `length` bytes from `first`; at least one operation. */
  fit(first: number, length: number): number;
}
/** The selected values of a row, by name: columns or expressions. */
type Selection = Readonly<Record<string, PgColumn | SQL>>;
/** A field that is written from the bytes of a value, if there is one. */
interface WrittenField {
  source: PgColumn | SQL;
  write(value: Uint8Array, to: JsonBytes): Written;
}
/**
 * Result of a field's writer: true for one JSON value, false for no value, `unreadable` for a value that can't be read,
 * `partly` for a value of which a part can't be read.
 */
type Written = boolean | 'unreadable' | 'partly';
/** A JSON object whose members are selected individually, in a column that may contain other JSON. */
interface PackedColumn {
  /** The column's name, used in `LeftOut` when it is unreadable. */
  name: string;
  /** JSON text of a value that members can't be selected from; null for all others. */
  source: SQL;
  /** The selected expression of each member, by key. */
  members: Readonly<Record<string, SQL>>;
}
/** Values of a row as Postgres sends them, UTF-8, in the order of `Model.selection`; null for SQL null. */
type RawRow = readonly (Uint8Array | null)[];
/** Number of rows with an unreadable value, by field name. */
type LeftOut = Map<string, number>;
/** Writes the documents of a model. */
interface DocumentWriter {
  /** For `db.select(selection).from(table)`: describes each value of a `RawRow`. */
  readonly selection: Selection;
  /**
   * Writes the document of a row: a JSON object on one line, fields in snake_case, without nulls. Never throws: an
   * unreadable value is omitted and counted in `leftOut`. An unreadable safety flag is true, and counted too.
   */
  writeDocument(row: RawRow, to: JsonBytes, leftOut: LeftOut): void;
}
/** A pool of unused buffers. */
interface Spares<Buffer> {
  /** @returns undefined when there is none */
  take(): Buffer | undefined;
  /** Keeps a buffer, unless the pool is full. */
  giveBack(buffer: Buffer): void;
}
/**
 * A table whose rows affect a model's rows: a row of the model is read again when its row there has changed. Deletions
 * there can't be found in this way.
 */
interface RelatedTable {
  /** Column of the other table that equals `column` of the model's table. */
  key: PgColumn;
  column: PgColumn;
  /** When a row there last changed, for databases where only such a column shows changes. */
  changedOn?: PgColumn | undefined;
}
/** The columns that every model's table has. */
type ModelTable = PgTable & {
  /** smallint, integer or bigint. */
  id: PgColumn;
  identifier: PgColumn;
  /** When a row last changed; used only if the table is a view or a foreign table, which have no `xmin`. */
  updatedOn?: PgColumn;
  removedFromSource: PgColumn;
};
/** A table that lists rows of a model by identifier, such as `api_deletedimage`. */
type IdentifierTable = PgTable & {
  identifier: PgColumn;
  createdOn: PgColumn;
};
/** A field of an index mapping, as OpenSearch takes it. */
type FieldMapping = Readonly<Record<string, unknown>>;
/** A kind of row that indices are built from. */
interface Model extends DocumentWriter {
  /** Names the table, is the prefix of its index names (`image-<suffix>`), and is its default alias. */
  readonly name: string;
  readonly table: ModelTable;
  /** Rows that become no document: `api_deleted<name>`. */
  readonly deleted: IdentifierTable;
  /** Rows that are mature regardless of their own columns: `api_mature<name>`. */
  readonly mature: IdentifierTable;
  /** All other tables that its documents depend on: `deleted`, `mature` and joined ones. */
  readonly related: readonly RelatedTable[];
  /** True for a mature row, otherwise false, never null. For statements on `table` without an alias. */
  readonly isMature: SQL<boolean>;
  /** True for a row listed in `deleted`, otherwise false, never null. For statements on `table` without an alias. */
  readonly isDeleted: SQL<boolean>;
  readonly mappings: {
    readonly dynamic: false;
    readonly properties: Readonly<Record<string, FieldMapping>>;
  };
  /** The index setting `analysis`. */
  readonly analysis: Readonly<Record<string, unknown>>;
}
/** @param schema of Postgres that contains the table and its related tables */
export declare function createAudioModel(schema: string): Model;
/**
 * The model of the table `audio` in the default schema of the catalog; `createAudioModel` is for another schema. Its
 * indices are named `audio-<suffix>`.
 */
export declare const audio: Model;
/** Fields of a document: values that JSON.stringify accepts. An undefined field is omitted. */
type Fields = Readonly<Record<string, unknown>>;
type BaseName = 'id' | 'mature' | 'deleted' | 'removedFromSource';
interface ModelDefinition<TSelection extends Selection> {
  /** A lower-case letter, then letters, digits and `_`; at most 52 characters. */
  name: string;
  table: ModelTable;
  /**
   * Fields copied from a column or an expression: a text or a whole number. Null is omitted. The bytes are passed from
   * Postgres to OpenSearch unchanged. Every model has `id` and `mature`.
   */
  copied?: Selection & { readonly [name in BaseName]?: never; };
  /** Fields that are written from a value's bytes, where objects and strings would be too slow. */
  written?: Readonly<Record<string, WrittenField>>;
  /** Columns whose members `written` and `selection` select. */
  packed?: readonly PackedColumn[];
  /** Tables other than the model's own that fields are read from, in subqueries. */
  joined?: readonly RelatedTable[];
  /** Input of `compute`. */
  selection?: TSelection & { readonly [name in BaseName]?: never; };
  /**
   * Computes the other fields. Runs for every row, so avoid spreads and loops. It must not keep `row`, which decodes
   * its values when they are read.
   */
  compute?(row: SelectResultFields<TSelection>, leftOut: LeftOut): Fields;
  /** Additional condition that makes a row mature, beside the list `api_mature<name>`; null counts as false. */
  alsoMature?: SQL;
  /**
   * A flag as JSON text that makes a row mature; used instead of `alsoMature`. A row is mature unless its flag is
   * `false`, `null` or SQL null. A flag of a mature row other than `true` counts as unreadable.
   */
  matureFlag?: SQL;
  /** The mapping of each field; every model also maps `id` and `mature`. */
  properties: Readonly<Record<string, FieldMapping>>;
  /** The index setting `analysis`: analyzers that `properties` uses in addition to the built-in ones. */
  analysis?: Readonly<Record<string, unknown>>;
}
/**
 * Creates a model from its definition. The row type of `compute` is inferred from `selection`; the parts that all
 * models share are added.
 *
 * @throws RangeError for a name that tables and indices can't have, and for a field that can't be copied
 * @example
 * import { defineModel } from '@ingestion-server/core'
 * import { boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
 *
 * const table = pgTable('video', {
 *   id: integer('id').notNull(),
 *   identifier: uuid('identifier').notNull(),
 *   updatedOn: timestamp('updated_on', { withTimezone: true, mode: 'string' }).notNull(),
 *   removedFromSource: boolean('removed_from_source').notNull(),
 *   title: text('title'),
 *   width: integer('width'),
 *   height: integer('height'),
 * })
 *
 * export const video = defineModel({
 *   name: 'video',
 *   table,
 *   copied: { title: table.title },
 *   selection: { width: table.width, height: table.height },
 *   compute: ({ width, height }) => ({ is_tall: width !== null && height !== null && height > width }),
 *   properties: { title: { type: 'text' }, is_tall: { type: 'boolean' } },
 * })
 */
export declare function defineModel<TSelection extends Selection = Record<never, never>>(definition: ModelDefinition<TSelection>): Model;
/** @param schema of Postgres that contains the table and its related tables */
export declare function createImageModel(schema: string): Model;
/**
 * The model of the table `image` in the default schema of the catalog; `createImageModel` is for another schema. Its
 * indices are named `image-<suffix>`.
 */
export declare const image: Model;
/**
 * A point in the history of one database. Rows whose transaction id is at least `xid` were written by a transaction
 * that was still running then or started later.
 */
declare const markSchema: z.ZodObject<{
  xid: z.ZodString;
  tableOid: z.ZodInt;
  database: z.ZodString;
  systemIdentifier: z.ZodNullable<z.ZodString>;
  shape: z.ZodDefault<z.ZodNullable<z.ZodString>>;
  timeline: z.ZodNullable<z.ZodString>;
}, z.core.$strip>;
type Mark = z.infer<typeof markSchema>;
/** The official OpenSearch client, as `connectOpenSearch` configures it. */
type SearchClient = Client;
/**
 * Creates a client that never retries by itself: the caller decides what to retry and reports it in the task.
 *
 * @param url `http://user:password@host:port`
 * @param options.requestTimeoutMs timeout of a request, milliseconds. Default 120,000, enough for any call
 * @param options.compress whether requests are gzipped, to about a fifth of the size; absent: unless the cluster is on
 * this machine, where it would only cost CPU
 * @param options.ssl TLS options of Node, such as `ca`
 * @throws TypeError for an invalid URL
 * @example
 * import { connectOpenSearch } from '@ingestion-server/core'
 *
 * const search = connectOpenSearch('https://user:password@localhost:9200')
 * const { body } = await search.cat.indices({ index: 'image-*', format: 'json' })
 * console.log(body)
 * await search.close()
 */
export declare function connectOpenSearch(url: string, options?: {
  requestTimeoutMs?: number;
  compress?: boolean;
  ssl?: NonNullable<ClientOptions['ssl']>;
}): SearchClient;
/** What a limiter has learned about a service. */
interface LearnedLimit {
  limit: number;
  /** The shortest latency of a call, milliseconds. */
  shortestMs: number;
}
/**
 * Checks that OpenSearch is usable: it has a cluster manager and knows the state of the models' indices. Needs only the
 * rights that tasks need, and none on the cluster.
 *
 * @param models names of the models
 * @throws SearchUnavailableError, SearchRefusedError when a right is missing
 */
export declare function checkSearch(client: SearchClient, models: readonly string[], requestTimeoutMs: number): Promise<void>;
/** Tuning parameters; `defaultSettings` has all defaults. Fields that end in `Ms` are milliseconds. */
interface Settings {
  /** How long a claimed item belongs to a worker without a heartbeat, milliseconds. Default 15,000. */
  leaseMs: number;
  /** How long a task waits for an unavailable service before it fails, milliseconds. Default 600,000 (10 minutes). */
  outageTimeoutMs: number;
  /**
   * How long a catalog statement may go without a row or a response before it is cancelled and retried, milliseconds.
   * Default 60,000.
   */
  catalogTimeoutMs: number;
  /**
   * How long a call to a service may go without a response before the task reports that it waits for it, milliseconds.
   * Default 10,000.
   */
  silenceMs: number;
  /**
   * How far before the plan's time the catch-up starts, milliseconds; must exceed the duration of any transaction. Only
   * for tables without transaction ids. Default 3,600,000 (one hour).
   */
  catchUpOverlapMs: number;
  /** Approximate rows per work item: some seconds of work, so that little is lost with a worker. Default 50,000. */
  rowsPerItem: number;
  /** Target size of a bulk body, bytes. Default 2,097,152 (2 MiB). */
  targetBodyLength: number;
  /**
   * Maximum concurrent bulk requests per item: few by default, up to this number for a distant cluster. Default 8.
   */
  maxInFlight: number;
  /** Replicas of a finished index; null, the default: 1, or 0 where the cluster has one data node. */
  replicas: number | null;
  /** Primary shards; null, the default: chosen by the estimated size and the number of data nodes. */
  shards: number | null;
  /** Maximum number of verification and repair rounds before the verification fails. Default 3. */
  maxRepairRounds: number;
  /**
   * How long a clone may take to become searchable before its documents are copied instead, milliseconds; writes are
   * blocked meanwhile. Default 120,000.
   */
  cloneTimeoutMs: number;
  /** How long an index may take to become healthy before the promotion fails, milliseconds. Default 600,000. */
  promoteTimeoutMs: number;
  /** Minimum ratio of the index's documents to those that its alias serves now, from 0 to 1. Default 0.9. */
  promoteMinRatio: number;
  /**
   * How long an index can't be deleted after an alias moved away from it, so that the alias can be rolled back,
   * milliseconds. Default 0: it can be deleted immediately.
   */
  rollbackWindowMs: number;
  /**
   * Slices of a delete by query or a reindex that OpenSearch runs concurrently; `auto`, the default: one per shard.
   */
  deleteSlices: number | 'auto';
  /** Maximum documents per second of these; null, the default: unlimited. */
  requestsPerSecond: number | null;
  /** Share of deleted documents above which they are expunged from a filtered index; 1: never. Default 0.1. */
  expungeMinRatio: number;
  /**
   * Approximate bytes of deleted documents below which they are not expunged, which takes up to half a minute. Default
   * 1,048,576 (1 MiB).
   */
  expungeMinBytes: number;
  /** How old the data behind a model's aliases may be, seconds, by the model's name; only shown. Default: no targets. */
  freshnessTargetSeconds: Readonly<Record<string, number>>;
}
/** The default of each setting. Spread it to change some: `{ ...defaultSettings, rowsPerItem: 10_000 }`. */
export declare const defaultSettings: Settings;
/**
 * Settings of an index during the load: no refresh, no replicas, rare flushes, large merges. Durability stays
 * `request`: acknowledged writes must survive a crash of OpenSearch, because checkpoints rely on them.
 */
export declare const loadSettings: {
  readonly refresh_interval: "-1";
  readonly number_of_replicas: 0;
  readonly 'translog.flush_threshold_size': "1gb";
  readonly 'merge.policy.segments_per_tier': 30;
};
interface FoundWriteAlias {
  index: string;
  alias: string;
  taskId: string;
}
/**
 * Buffers and settings that items of all tasks reuse; created once per process, like its connections. A buffer has a
 * few megabytes and is garbage-collected late: new ones for each item took a fifth of a worker's memory.
 */
interface Reuse {
  /** Spare bulk bodies. */
  bodies: Spares<BulkBody>;
  /** Spare pages for comparisons. */
  pages: Spares<JsonBytes>;
  /** What bulk writers learned of the cluster. */
  learned: {
    limit?: LearnedLimit | undefined;
  };
}
/**
 * Creates the buffers and learned limits that the tasks of a process share (`TaskContext.reuse`), empty. Call it once
 * per process, beside its connections. Keeps at most 10 bulk bodies and 8 pages of a few megabytes each.
 */
export declare function createReuse(): Reuse;
/** A verified index: it was equal to its source. Belongs to the UUID, not to the name. */
interface VerifiedIndex {
  uuid: string;
  name: string;
  documents: number;
  asOf: string | null;
  /** UUID of the source of a filtered index; null for an index with all documents. */
  filteredFrom?: string | null | undefined;
  /** Hash of the sensitive terms whose documents were removed. */
  termsHash?: string | null | undefined;
  /** The index may lack rows written since; for a filtered index, the time of its source. */
  mark?: Mark | null | undefined;
}
interface IndexRecord extends VerifiedIndex {
  filteredFrom: string | null;
  termsHash: string | null;
  mark: Mark | null;
  model: string;
  taskId: string;
  verifiedAt: string;
}
/** State of an action between phases; each action parses its own. */
type ActionState = Record<string, unknown>;
type Json = null | boolean | number | string | Json[] | {
  [key: string]: Json;
};
/** Result of an action, with action-specific fields, in snake_case as on the wire. */
type TaskResult = {
  [key: string]: Json;
};
/** Rows by the name of a field that could not be read in them. */
type LeftOutCounts = Readonly<Record<string, number>>;
interface CatchUpCounts {
  indexed: number;
  deleted: number;
  failed: number;
}
/** Limits of a task, for all its workers together; null: as much as the settings allow. */
interface TaskLimits {
  /** Rows written, or documents deleted, per second. */
  documentsPerSecond: number | null;
  /** Concurrent bulk requests. Every worker may have one, so that none is blocked. */
  inFlight: number | null;
}
/** The limits of a task, and the current number of items that share them: at least 1. */
interface Quota extends TaskLimits {
  activeWorkers: number;
}
/** The caller who requests a change of a task, for its history. */
interface Caller {
  requestedBy?: string | null | undefined;
  /** Id of the request, to find its log lines. */
  requestId?: string | null | undefined;
}
/** Numbers of rows by outcome, of a task and of all ended tasks: see Counts and CatchUpCounts. */
declare const countColumns: {
  read: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgBigInt53BuilderInitial<string>>>;
  indexed: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgBigInt53BuilderInitial<string>>>;
  droppedDeleted: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgBigInt53BuilderInitial<string>>>;
  droppedRemovedFromSource: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgBigInt53BuilderInitial<string>>>;
  droppedSensitive: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgBigInt53BuilderInitial<string>>>;
  failed: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgBigInt53BuilderInitial<string>>>;
  catchUpIndexed: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgBigInt53BuilderInitial<string>>>;
  catchUpDeleted: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgBigInt53BuilderInitial<string>>>;
  catchUpFailed: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgBigInt53BuilderInitial<string>>>;
};
/** See TaskLimits. */
declare const limitColumns: {
  documentsPerSecond: import("drizzle-orm/pg-core").PgIntegerBuilderInitial<"documents_per_second">;
  inFlight: import("drizzle-orm/pg-core").PgIntegerBuilderInitial<"in_flight">;
};
/** Columns of a task that only the store uses. */
declare const internalColumns: {
  /** Index names that the task reserves while it is active. */
  reserve: import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgCustomColumnBuilder<{
    name: string;
    dataType: "custom";
    columnType: "PgCustomColumn";
    data: readonly string[];
    driverParam: unknown;
    enumValues: undefined;
  }>>;
  /** The initial state of the task; null: empty. */
  initialState: import("drizzle-orm/pg-core").PgCustomColumnBuilder<{
    name: string;
    dataType: "custom";
    columnType: "PgCustomColumn";
    data: ActionState;
    driverParam: unknown;
    enumValues: undefined;
  }>;
  /** Interval of a point of `task_rate`, seconds. */
  rateSeconds: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgIntegerBuilderInitial<"rate_seconds">>>;
  /**
   * The code in `error`. Postgres computes it, so that it is there for tasks of earlier releases too. From the text of
   * the JSON, in which toTaskError writes the title after the code: operator ->> refuses JSON with `\u0000`.
   */
  errorCode: import("drizzle-orm").HasGenerated<import("drizzle-orm/pg-core").PgTextBuilderInitial<"error_code", [string, ...string[]]>, {
    type: "always";
  }>;
  idempotencyKey: import("drizzle-orm/pg-core").PgTextBuilderInitial<"idempotency_key", [string, ...string[]]>;
  idempotencyFingerprint: import("drizzle-orm/pg-core").PgTextBuilderInitial<"idempotency_fingerprint", [string, ...string[]]>;
  /** The lease on planning the next phase; works like that of work_item. */
  leaseUntil: import("drizzle-orm/pg-core").PgCustomColumnBuilder<{
    name: "lease_until";
    dataType: "custom";
    columnType: "PgCustomColumn";
    data: string;
    driverParam: string;
    enumValues: undefined;
  }>;
  leaseAttempt: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgIntegerBuilderInitial<"lease_attempt">>>;
  lapses: import("drizzle-orm").HasDefault<import("drizzle-orm").NotNull<import("drizzle-orm/pg-core").PgIntegerBuilderInitial<"lapses">>>;
  worker: import("drizzle-orm/pg-core").PgTextBuilderInitial<"worker", [string, ...string[]]>;
};
/**
 * The history of all tasks. No column that changes while a task runs (counts, lease, phase) is in an index, so that
 * updates stay within the row's page (HOT); the migrations reserve space there.
 */
declare const task: import("drizzle-orm/pg-core").PgTableWithColumns<{
  name: "task";
  schema: "ingestion";
  columns: {
    reserve: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: readonly string[];
      driverParam: unknown;
      notNull: true;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    initialState: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: ActionState;
      driverParam: unknown;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    rateSeconds: import("drizzle-orm/pg-core").PgColumn<{
      name: "rate_seconds";
      tableName: "task";
      dataType: "number";
      columnType: "PgInteger";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    errorCode: import("drizzle-orm/pg-core").PgColumn<{
      name: "error_code";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: [string, ...string[]];
      baseColumn: never;
      identity: undefined;
      generated: {
        type: "always";
      };
    }, {}, {}>;
    idempotencyKey: import("drizzle-orm/pg-core").PgColumn<{
      name: "idempotency_key";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: [string, ...string[]];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    idempotencyFingerprint: import("drizzle-orm/pg-core").PgColumn<{
      name: "idempotency_fingerprint";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: [string, ...string[]];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    leaseUntil: import("drizzle-orm/pg-core").PgColumn<{
      name: "lease_until";
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    leaseAttempt: import("drizzle-orm/pg-core").PgColumn<{
      name: "lease_attempt";
      tableName: "task";
      dataType: "number";
      columnType: "PgInteger";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    lapses: import("drizzle-orm/pg-core").PgColumn<{
      name: "lapses";
      tableName: "task";
      dataType: "number";
      columnType: "PgInteger";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    worker: import("drizzle-orm/pg-core").PgColumn<{
      name: "worker";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: [string, ...string[]];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    boundBy: import("drizzle-orm/pg-core").PgColumn<{
      name: "bound_by";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: "opensearch" | "reading" | "converting" | "limit";
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: ["reading", "converting", "opensearch", "limit"];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    cancelRequestedAt: import("drizzle-orm/pg-core").PgColumn<{
      name: "cancel_requested_at";
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    keepIndex: import("drizzle-orm/pg-core").PgColumn<{
      name: "keep_index";
      tableName: "task";
      dataType: "boolean";
      columnType: "PgBoolean";
      data: boolean;
      driverParam: boolean;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    asOf: import("drizzle-orm/pg-core").PgColumn<{
      name: "as_of";
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    createdAt: import("drizzle-orm/pg-core").PgColumn<{
      name: "created_at";
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: string;
      driverParam: string;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    startedAt: import("drizzle-orm/pg-core").PgColumn<{
      name: "started_at";
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    loadStartedAt: import("drizzle-orm/pg-core").PgColumn<{
      name: "load_started_at";
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    loadFinishedAt: import("drizzle-orm/pg-core").PgColumn<{
      name: "load_finished_at";
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    finishedAt: import("drizzle-orm/pg-core").PgColumn<{
      name: "finished_at";
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    documentsPerSecond: import("drizzle-orm/pg-core").PgColumn<{
      name: "documents_per_second";
      tableName: "task";
      dataType: "number";
      columnType: "PgInteger";
      data: number;
      driverParam: string | number;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    inFlight: import("drizzle-orm/pg-core").PgColumn<{
      name: "in_flight";
      tableName: "task";
      dataType: "number";
      columnType: "PgInteger";
      data: number;
      driverParam: string | number;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    leftOut: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: Readonly<Record<string, number>>;
      driverParam: unknown;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    documents: import("drizzle-orm/pg-core").PgColumn<{
      name: "documents";
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    planned: import("drizzle-orm/pg-core").PgColumn<{
      name: "planned";
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    attempt: import("drizzle-orm/pg-core").PgColumn<{
      name: "attempt";
      tableName: "task";
      dataType: "number";
      columnType: "PgInteger";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    waiting: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: {
        for: "opensearch" | "postgres";
        reason: string;
        since: string;
        next_attempt_at: string;
      };
      driverParam: unknown;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    error: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: {
        [x: string]: unknown;
        code: string;
        title: string;
        detail: string;
      };
      driverParam: unknown;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    result: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: TaskResult;
      driverParam: unknown;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    requestedBy: import("drizzle-orm/pg-core").PgColumn<{
      name: "requested_by";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: [string, ...string[]];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    requestId: import("drizzle-orm/pg-core").PgColumn<{
      name: "request_id";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: [string, ...string[]];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    callbackUrl: import("drizzle-orm/pg-core").PgColumn<{
      name: "callback_url";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: string;
      driverParam: string;
      notNull: false;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: [string, ...string[]];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    read: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    indexed: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    droppedDeleted: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    droppedRemovedFromSource: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    droppedSensitive: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    failed: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    catchUpIndexed: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    catchUpDeleted: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    catchUpFailed: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "number";
      columnType: "PgBigInt53";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    id: import("drizzle-orm/pg-core").PgColumn<{
      name: "id";
      tableName: "task";
      dataType: "string";
      columnType: "PgUUID";
      data: string;
      driverParam: string;
      notNull: true;
      hasDefault: false;
      isPrimaryKey: true;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    model: import("drizzle-orm/pg-core").PgColumn<{
      name: "model";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: string;
      driverParam: string;
      notNull: true;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: [string, ...string[]];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    action: import("drizzle-orm/pg-core").PgColumn<{
      name: "action";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: "REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX";
      driverParam: string;
      notNull: true;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: ["REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX", ...("REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX")[]];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    request: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: TaskRequest;
      driverParam: unknown;
      notNull: true;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
    status: import("drizzle-orm/pg-core").PgColumn<{
      name: "status";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: "queued" | "running" | "succeeded" | "failed" | "cancelled";
      driverParam: string;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: ["queued", "running", "succeeded", "failed", "cancelled"];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    phase: import("drizzle-orm/pg-core").PgColumn<{
      name: "phase";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: Phase;
      driverParam: string;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: [Phase, ...Phase[]];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    stage: import("drizzle-orm/pg-core").PgColumn<{
      name: "stage";
      tableName: "task";
      dataType: "number";
      columnType: "PgInteger";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    lastStage: import("drizzle-orm/pg-core").PgColumn<{
      name: "last_stage";
      tableName: "task";
      dataType: "number";
      columnType: "PgInteger";
      data: number;
      driverParam: string | number;
      notNull: true;
      hasDefault: true;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    index: import("drizzle-orm/pg-core").PgColumn<{
      name: "index_name";
      tableName: "task";
      dataType: "string";
      columnType: "PgText";
      data: string;
      driverParam: string;
      notNull: true;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: [string, ...string[]];
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {}>;
    state: import("drizzle-orm/pg-core").PgColumn<{
      name: string;
      tableName: "task";
      dataType: "custom";
      columnType: "PgCustomColumn";
      data: ActionState;
      driverParam: unknown;
      notNull: true;
      hasDefault: false;
      isPrimaryKey: false;
      isAutoincrement: false;
      hasRuntimeDefault: false;
      enumValues: undefined;
      baseColumn: never;
      identity: undefined;
      generated: undefined;
    }, {}, {
      pgColumnBuilderBrand: "PgCustomColumnBuilderBrand";
    }>;
  };
  dialect: "pg";
}>;
type TaskRow = typeof task.$inferSelect;
type CountRow = Pick<TaskRow, keyof typeof countColumns>;
type OtherColumn = keyof typeof internalColumns | keyof typeof limitColumns | keyof CountRow | 'leftOut';
/**
 * A task as the store returns it: its row in `schema.ts`, which documents the columns, with some of them grouped. Times
 * are ISO 8601 in UTC.
 */
interface TaskRecord extends Omit<TaskRow, OtherColumn> {
  counts: Counts;
  catchUp: CatchUpCounts;
  /** Rows of the load in which a field could not be read, by the field's name. */
  leftOut: LeftOutCounts;
  limits: TaskLimits;
}
/** An index by its name and UUID. */
interface IndexRef {
  name: string;
  uuid: string;
}
interface NewAliasMove {
  alias: string;
  model: string;
  /** The previous targets of the alias: one index, several, or none. */
  from: readonly IndexRef[];
  /** The new target; null when the alias was removed. */
  to: IndexRef | null;
  taskId: string;
}
interface AliasMove$1 extends NewAliasMove {
  /** ISO 8601 in UTC, by the store's clock. */
  movedAt: string;
}
/** A move with the caller of its task. */
interface RequestedAliasMove extends AliasMove$1 {
  /** Null: unknown, or the task was removed. */
  requestedBy: string | null;
}
interface AliasMoveQuery {
  pageSize: number;
  pageToken?: string | undefined;
}
/** Selects moves that concern an index. */
interface EarlierMoves {
  uuid: string;
  /** Without the moves of this task. */
  notOfTask: string;
}
/** The recorded history of aliases. Manual moves are not in it. */
interface AliasHistory$1 {
  lastAliasMove(alias: string): Promise<AliasMove$1 | null>;
  /** Moves of all of a model's aliases in the last `withinMs`, newest first. */
  recentAliasMoves(model: string, withinMs: number): Promise<AliasMove$1[]>;
}
/** Reads and writes while the lock of a model is held: one transaction on one connection. */
interface ModelLock extends AliasHistory$1 {
  get(taskId: string): Promise<TaskRecord | null>;
  getIndex(uuid: string): Promise<IndexRecord | null>;
  listFilteredCopies(uuid: string): Promise<IndexRecord[]>;
  /**
   * Call this right before the protected change: a process that froze may have lost the lock.
   *
   * @throws DatabaseUnavailableError when it was lost
   */
  assertHeld(): Promise<void>;
  recordAliasMove(move: NewAliasMove): Promise<void>;
  /** Deletes the record of a deleted index. A missing record is not an error. */
  removeIndex(uuid: string): Promise<void>;
}
/** Work that one process does for all that share a store. */
interface SharedMaintenance {
  /**
   * Elects a leader: of all processes that request a name, one holds it at a time, until it resigns or does not renew
   * it within `forMs`.
   *
   * @param holder identifies the process; constant for its lifetime
   * @returns whether the process is the leader for the next `forMs`
   */
  lead(name: string, holder: string, forMs: number): Promise<boolean>;
  /** Releases the name, if the process holds it. */
  resign(name: string, holder: string): Promise<void>;
  /**
   * Removes a few of the oldest tasks that ended long ago, with their items, failed documents, events, rates and
   * idempotency keys; and the failed documents of a few tasks that ended less long ago. Verification records, the
   * history of aliases and the totals stay. Active tasks are never removed.
   */
  removeOld(retention: Retention): Promise<Removed>;
}
interface Retention {
  /** Milliseconds since the end of a task. */
  tasksMs: number;
  failedDocumentsMs: number;
  /** Maximum tasks of each kind per call, which is one short transaction. */
  limit: number;
}
/** Numbers of removed tasks, and of tasks whose failed documents were removed. */
interface Removed {
  tasks: number;
  tasksOfFailedDocuments: number;
}
/** One entry of a task's history. */
interface TaskEvent extends TaskEvent$1 {
  taskId: string;
}
interface EventQuery {
  /** Only events of this task; absent: of all tasks. */
  taskId?: string | undefined;
  /** Only events with a larger id. */
  after?: number | undefined;
  limit: number;
}
/** A work item of a phase, as the task resource shows it. Times are ISO 8601 in UTC. */
interface TaskItem {
  stage: number;
  phase: Phase;
  ordinal: number;
  state: 'open' | 'claimed' | 'done';
  /** Number of claims. */
  attempt: number;
  /** The current or last holder. */
  worker: string | null;
  leaseUntil: string | null;
  startedAt: string | null;
  doneAt: string | null;
  /** The range of ids, if it has one: above `after` (null: from the lowest on) up to `end`. */
  range: {
    after: WireId | null;
    end: WireId;
  } | null;
  /** The last id that is accounted for. */
  doneUpTo: WireId | null;
}
interface ItemQuery {
  pageSize: number;
  pageToken?: string | undefined;
}
/** Rows that were accounted for in the `seconds` that began at `at`, ISO 8601 in UTC. */
interface TaskRate {
  at: string;
  seconds: number;
  documents: number;
  /** The bottleneck that was reported last in this time. */
  boundBy: BoundBy | null;
}
/** Totals of the tasks of one action and status. */
interface TaskTotal {
  action: ActionName;
  status: TaskStatus;
  tasks: number;
  counts: Counts;
  catchUp: CatchUpCounts;
}
interface TaskStatistics {
  /** Only combinations with at least one task. */
  totals: TaskTotal[];
  /** Age of the task that has been queued the longest; null: none is queued. */
  oldestQueuedSeconds: number | null;
}
/** The history of tasks. Empty for a task that does not exist. */
interface TaskHistory {
  /** In the order of the events. A reader that continues from the last id misses none. */
  events(query: EventQuery): Promise<TaskEvent[]>;
  /** By stage and ordinal. @throws PageTokenError */
  items(taskId: string, query: ItemQuery): Promise<{
    items: TaskItem[];
    nextPageToken: string | null;
  }>;
  /** All items of each stage, in at most `maxItemParts` parts. */
  itemSummary(taskId: string): Promise<TaskItemSummary>;
  /** The reasons of failed documents, also of resolved ones, most frequent first. */
  failedDocumentSummary(taskId: string): Promise<FailedDocumentSummary>;
  /** Oldest first, without intervals in which nothing was done. Points of longer tasks have longer intervals. */
  rates(taskId: string): Promise<TaskRate[]>;
  /** The recorded moves of an alias, newest first; also those of removed tasks. @throws PageTokenError */
  aliasMoves(alias: string, query: AliasMoveQuery): Promise<{
    moves: RequestedAliasMove[];
    nextPageToken: string | null;
  }>;
  /** Whether an alias pointed to an index: the recorded moves have it as previous or new target. */
  wasLive(alias: string, moves: EarlierMoves): Promise<boolean>;
  /** Totals of all tasks, at a cost that doesn't grow with the history. */
  statistics(): Promise<TaskStatistics>;
}
/** Which tasks: a task has to match all that is given. A list stands for any of its values. */
interface TaskMatches {
  /** Part of the index name, the error code or the requester, or the start of the id; in any case. */
  q?: string | undefined;
  model?: string | readonly string[] | undefined;
  action?: ActionName | readonly ActionName[] | undefined;
  status?: TaskStatus | readonly TaskStatus[] | undefined;
  errorCode?: string | readonly string[] | undefined;
  index?: string | undefined;
  requestedBy?: string | undefined;
  /** Created at this time or later; RFC 3339. */
  createdAfter?: string | undefined;
  /** Created before this time; RFC 3339. */
  createdBefore?: string | undefined;
  /** Finished at this time or later; RFC 3339. */
  finishedAfter?: string | undefined;
  /** Finished before this time; RFC 3339. */
  finishedBefore?: string | undefined;
  /** Only queued or running tasks. */
  active?: boolean | undefined;
}
interface TaskQuery extends TaskMatches {
  /** Default `newest`. */
  sort?: TaskSort | undefined;
  pageSize: number;
  pageToken?: string | undefined;
}
/** Failed tasks with the same error code. */
interface TaskFailures {
  code: string;
  count: number;
  /** The one that failed last, and when. */
  latestTaskId: string;
  latestAt: string;
}
/** How long the last succeeded tasks of a kind took from start to end. */
interface TaskDuration {
  model: string;
  action: ActionName;
  medianSeconds: number;
  count: number;
}
interface TaskSummary {
  /** Every status, whatever `TaskMatches.status` is. */
  counts: Record<TaskStatus, number>;
  /** Most frequent first. */
  failures: TaskFailures[];
  /** Of all tasks, whatever the query is. */
  durations: TaskDuration[];
}
interface NewTask extends Caller {
  model: string;
  action: ActionName;
  request: TaskRequest;
  index: string;
  /** Index names reserved until this task ends, including `index`. */
  reserve: readonly string[];
  /** Initial state, from the checks of the request, for the phases. */
  state?: ActionState | undefined;
  callbackUrl?: string | null | undefined;
  limits?: Partial<TaskLimits> | undefined;
  idempotency?: Idempotency | undefined;
}
/** Lets a caller without a response repeat the request without creating a second task. */
interface Idempotency {
  /** Chosen by the caller, stored with its owner; see toStoredKey. */
  key: string;
  /** Digest of the request, to distinguish it from another one with the same key. */
  fingerprint: string;
}
/** A work item of a phase, as planned by the action. */
interface PlannedItem {
  payload: Json;
}
interface WorkItem {
  ordinal: number;
  payload: Json;
  /** The last checkpoint of this item; null before the first. */
  checkpoint: Json;
}
/** A worker's right to work on an item, or (ordinal null) to plan the next phase. */
interface Lease {
  taskId: string;
  stage: number;
  ordinal: number | null;
  /** Fencing token: grows with every claim, so that a late writer's update matches no row. */
  attempt: number;
}
type Claim = {
  kind: 'item';
  task: TaskRecord;
  lease: Lease;
  item: WorkItem;
  quota: Quota;
} |
/** All items of the phase are done; `results` has their results by ordinal. */
{
  kind: 'advance';
  task: TaskRecord;
  lease: Lease;
  results: Json[];
} |
/** Other workers hold the remaining items; the first lease expires in `forMs`. */
{
  kind: 'wait';
  forMs: number;
} | {
  kind: 'ended';
  task: TaskRecord;
};
interface Progress {
  checkpoint: Json;
  /**
   * Added to the task's counts; negative to correct earlier counts. Regardless of `failed` here, a row counts as failed
   * exactly while the list of failed documents has it unresolved: the store moves the difference from or to `indexed`.
   */
  counts?: Counts | undefined;
  /** Added to the task's catch-up counts: work after the load. */
  catchUp?: CatchUpCounts | undefined;
  /** Added to the counts of unreadable values by field name; absent or empty if there were none. */
  leftOut?: LeftOutCounts | undefined;
  /** Newly refused rows; an earlier entry of the same row is replaced. */
  failed?: readonly NewFailedDocument[] | undefined;
  /** Ids that were written, deleted or dropped: earlier failures among them are resolved. */
  resolved?: readonly string[] | undefined;
  /** The worker's current bottleneck; absent: unchanged. */
  boundBy?: BoundBy | null | undefined;
}
/** An unavailable service. */
interface Outage {
  for: Waiting['for'];
  reason: string;
  /** @returns milliseconds until the next attempt, by the time waited so far */
  retryAfterMs(waitedMs: number): number;
}
/** Time waited for a service so far, and time until the next attempt, milliseconds. */
interface Wait {
  waitedMs: number;
  retryAfterMs: number;
}
interface NewFailedDocument {
  id: string;
  status: number;
  reason: string;
  body: string;
}
interface FailedDocumentQuery {
  /** Only ids above this one. */
  after?: string | undefined;
  limit: number;
  /** Also documents that a later write resolved. */
  resolved?: boolean | undefined;
  /** Maximum bytes returned of each body; absent: everything stored. */
  bodyLimit?: number | undefined;
}
interface CancelOptions extends Caller {
  /** Keeps the unfinished index. */
  keepIndex?: boolean | undefined;
}
/** The step after a phase: another phase with its items, or the end. */
type NextStep = {
  kind: 'phase';
  phase: Phase;
  /** New items, or the number of an earlier stage whose items continue from their checkpoints. */
  items: readonly PlannedItem[] | {
    fromStage: number;
  };
  state?: ActionState | undefined;
  planned?: number | undefined;
  asOf?: string | undefined;
  /** Discards counts and failed documents: the work starts over. */
  reset?: boolean | undefined;
  /** Replaces the counts so far. */
  counts?: Counts | undefined;
  /** Documents in the verified index. */
  documents?: number | undefined;
} | Finished | {
  kind: 'failed';
  error: TaskError;
} |
/** Only from phase `cancelling`, when nothing is left to clean up. */
{
  kind: 'cancelled';
};
interface Finished {
  kind: 'finished';
  verified?: VerifiedIndex | undefined;
  state?: ActionState | undefined;
  result?: TaskResult | undefined;
}
/**
 * Stores tasks, their work items and checkpoints. Every method is one transaction. Methods that take a lease throw
 * LeaseLostError when it is no longer held, the task has ended, or the phase has passed.
 */
interface TaskStore extends AliasHistory$1, SharedMaintenance, TaskHistory {
  /**
   * With a known idempotency key, creates nothing and returns the existing task in its current state.
   *
   * @throws IndexBusyError when an active task has reserved one of the names
   * @throws IdempotencyKeyReusedError when the key was used with another fingerprint
   */
  create(task: NewTask): Promise<TaskRecord>;
  get(taskId: string): Promise<TaskRecord | null>;
  /** The task created with an idempotency key, if any. */
  findIdempotent(key: string): Promise<{
    taskId: string;
    fingerprint: string;
  } | null>;
  /** @throws PageTokenError, also for a token of another order */
  list(query: TaskQuery): Promise<{
    tasks: TaskRecord[];
    nextPageToken: string | null;
  }>;
  /** Counts of the tasks that match, in one snapshot; see TaskSummary. */
  summarize(query: TaskMatches): Promise<TaskSummary>;
  /** The active task that has reserved the name, if any. */
  findReservation(index: string): Promise<string | null>;
  /**
   * Claims work: an item of the current phase that is not done and has no valid lease or, when all are done, the
   * planning of the next phase. A queued task becomes running.
   *
   * If leases on the same work expired `maxLapses` times in a row without a save in between, the work probably kills
   * its workers: the task fails with WorkersLostError.
   *
   * @throws TaskNotFoundError
   */
  claim(taskId: string, worker: string, leaseMs: number): Promise<Claim>;
  /** Extends a lease by `leaseMs`. */
  renew(lease: Lease, leaseMs: number): Promise<Quota>;
  /**
   * Saves an item's checkpoint together with the results of the page. Does not extend the lease. Clears `waiting`.
   *
   * After a database error it is unknown whether the page was saved. Don't call it again for the same page: claim again
   * and continue from the checkpoint, so that nothing is counted twice.
   *
   * @throws RangeError for counts that are not balanced: read = indexed + dropped + failed
   * @throws DocumentsFailedError when the task would have more than `maxFailedDocuments` unresolved failed documents,
   * of all its workers. Nothing of the page is saved, so a retry reads it again
   */
  saveProgress(lease: Lease, progress: Progress): Promise<Quota>;
  /** The item is done. `result` is passed to the planner of the next phase. */
  completeItem(lease: Lease, result: Json): Promise<void>;
  /**
   * Releases the item or the planning before it is done, so that any worker can claim it immediately. A lost lease is
   * no error. The planner of a task that was cancelled meanwhile reports by this call that it has stopped.
   */
  release(lease: Lease): Promise<void>;
  /**
   * Ends the current phase and clears `waiting`. `finished`, `failed` and `cancelled` end the task and release its
   * reservations.
   *
   * @throws RangeError for `cancelled` without a request to cancel
   */
  advance(lease: Lease, next: NextStep): Promise<TaskRecord>;
  /** Ends the task as failed from an item or from planning. */
  fail(lease: Lease, error: TaskError): Promise<void>;
  /**
   * Records that the task waits for a service.
   *
   * The task measures the wait once, by the database's clock: from the first report to the next success of any worker,
   * across workers, items and processes. It restarts for another service.
   */
  setWaiting(lease: Lease, outage: Outage): Promise<Wait>;
  /**
   * Cancels a task. A task that never started is cancelled immediately. Any other enters phase `cancelling` without
   * items: all leases are void, so that no late worker can save anything, and the next worker to claim it cleans up and
   * ends it. Its reservations stay until then. Because a planner may be creating an index, no worker can claim the task
   * before the planner's lease was released or has expired.
   *
   * A second call while it is cancelling changes nothing.
   *
   * @throws TaskNotFoundError, TaskStateError when it has ended
   */
  cancel(taskId: string, options?: CancelOptions): Promise<TaskRecord>;
  /**
   * Queues a failed or cancelled task again, in its first phase. A failed task keeps its state, counts, earlier items
   * with checkpoints, and failed documents; a cancelled task starts over.
   *
   * @throws TaskNotFoundError, TaskStateError when it has neither failed nor was cancelled, IndexBusyError
   */
  retry(taskId: string, caller?: Caller): Promise<TaskRecord>;
  /**
   * Retries failed documents: a failed task is retried; a REINDEX that succeeded despite them is queued again in the
   * phase that writes only those rows.
   *
   * @throws TaskNotFoundError, TaskStateError when there is nothing to retry, IndexBusyError
   */
  redrive(taskId: string, caller?: Caller): Promise<TaskRecord>;
  /**
   * Changes the given limits. Workers receive them at their next checkpoint or renewal.
   *
   * @throws TaskNotFoundError, TaskStateError when it has ended
   */
  setLimits(taskId: string, limits: Partial<TaskLimits>, caller?: Caller): Promise<TaskRecord>;
  /** Failed documents by ascending numeric id; `resolved` ones only on request. @throws PageTokenError */
  failedDocuments(taskId: string, query: FailedDocumentQuery): Promise<FailedDocument[]>;
  /** Number of failed documents that no later write has resolved. */
  countFailedDocuments(taskId: string): Promise<number>;
  getIndex(uuid: string): Promise<IndexRecord | null>;
  /** The verified indices that were filtered from the index with this UUID, the newest first. */
  listFilteredCopies(uuid: string): Promise<IndexRecord[]>;
  /**
   * Runs a function under the lock of a model, in one transaction: writes through the lock are rolled back if it
   * throws. For short work only; don't nest calls.
   *
   * @throws DatabaseUnavailableError when the lock is not free within `waitMs`, or was lost
   */
  withModelLock<Result>(model: string, waitMs: number, run: (lock: ModelLock) => Promise<Result>): Promise<Result>;
}
/** Dependencies of tasks; created once per process. */
interface TaskContext {
  store: TaskStore;
  /** The catalog that rows are read from. */
  db: Database;
  search: SearchClient;
  models: readonly Model[];
  actions: readonly Action[];
  settings: Settings;
  /** The current list of sensitive terms, one per line; absent when none is configured. */
  readSensitiveTerms?: ((signal: AbortSignal) => Promise<string>) | undefined;
  clock: Clock;
  /** Created once per process by `createReuse`. */
  reuse: Reuse;
  /** Name of this worker in leases. */
  worker: string;
}
/** Dependencies of a step of an action. */
interface StepContext extends Omit<TaskContext, 'actions' | 'models' | 'worker'> {
  task: TaskRecord;
  model: Model;
  /** Aborts when the lease is lost or the process must stop at once: nothing may be written after that. */
  signal: AbortSignal;
}
interface ItemContext extends StepContext {
  item: WorkItem;
  /** The item's current share of the task's limits, which may change while it runs. */
  limits(): TaskLimits;
  /** True when the item should be returned at its next checkpoint. */
  isPausing(): boolean;
  /** Saves the item's progress. @throws LeaseLostError */
  save(progress: Progress): Promise<void>;
  /**
   * Records in the task that the item waits for OpenSearch, until the next save.
   *
   * @param reason what it waits for, as text for users
   * @throws LeaseLostError
   */
  reportWaiting(reason: string, retryAfterMs: number): Promise<void>;
}
type WorkResult = {
  kind: 'done';
  result: Json;
} | {
  kind: 'paused';
};
/** A phase of an action: the work on each of its items, and the step after all of them. */
interface PhaseHandler {
  /**
   * Processes one item from its checkpoint on. Safe to run twice, also on another machine. Absent if there are no
   * items.
   */
  work?: (context: ItemContext) => Promise<WorkResult>;
  /**
   * Prepares the next phase and returns its items. Safe to run twice.
   *
   * @param results results of this phase's items, in their order
   */
  next: (context: StepContext, results: readonly Json[]) => Promise<NextStep>;
}
/** Dependencies of the checks of a request before its task exists. */
type CheckContext = Pick<TaskContext, 'search' | 'store' | 'settings'>;
/** Dependencies of a dry run. */
type PlanContext = Pick<TaskContext, 'store' | 'db' | 'search' | 'models' | 'settings' | 'readSensitiveTerms' | 'clock'>;
/** What the task of a request would need and do; null if unknown. */
type Estimates = Pick<TaskPlan, 'rows' | 'documents' | 'bytes' | 'seconds' | 'shards' | 'replicas' | 'disk' | 'catch_up_by' | 'checks' | 'warnings' | 'moves' | 'exceptions'>;
interface Forecast extends Estimates {
  /** Precondition failures of the request; the most specific first. */
  preconditionFailures: IngestionError[];
}
interface Reservation {
  /** With its defaults filled in. */
  request: TaskRequest;
  /** The index of the request. */
  index: string;
  /** Names that are reserved for the task while it is active. */
  reserve: readonly string[];
}
interface Action {
  name: ActionName;
  reserve(request: TaskRequest): Reservation;
  /**
   * Refuses a request immediately if a precondition fails. Conditions may change afterwards, so the phases check again.
   *
   * @param request as returned by `reserve`
   * @param index the index of the request
   */
  check(context: CheckContext, request: TaskRequest, index: string): Promise<void>;
  /** Returns the plan of a dry run. Changes nothing. */
  forecast(context: PlanContext, request: TaskRequest, index: string): Promise<Forecast>;
  /** The first phase, which the action's facts name, has no items. */
  phases: Partial<Record<Phase, PhaseHandler>>;
  /** Cleans up when the task fails. Safe to run twice. */
  cleanUp(context: StepContext): Promise<void>;
  /**
   * Removes what a cancelled task has built, unless `task.keepIndex`, and what it put on other indices, such as a write
   * block. No worker can save anything for the task any more, but calls in progress may still land. Safe to run twice.
   * Throws during outages, as every step does, and is retried.
   *
   * @returns nothing; or, if the work was already done, the step that ends the task instead
   */
  cancel(context: StepContext): Promise<Finished | void>;
  /**
   * Whether an unfinished index of this ended task can be deleted, because no retry continues it. Absent: the action
   * builds none.
   */
  leavesOrphan?: (task: TaskRecord) => boolean;
}
/**
 * Tasks in Postgres, in schema `ingestion` (see migrateTaskStore). Any number of processes may share them.
 *
 * @param db with a client that only Drizzle uses, with DateStyle ISO. Driver errors are rethrown unchanged
 * @example
 * import { connectPostgres, createDrizzleTaskStore, migrateTaskStore } from '@ingestion-server/core'
 *
 * const { db, close } = connectPostgres('postgres://user:password@localhost:5432/tasks')
 * await migrateTaskStore(db)
 * const store = createDrizzleTaskStore(db)
 * const { tasks } = await store.list({ model: 'image', pageSize: 10 })
 * for (const { id, action, status } of tasks) console.log(id, action, status)
 * await close()
 */
export declare function createDrizzleTaskStore(db: PostgresJsDatabase): TaskStore;
/**
 * Creates or migrates the task tables, in schema `ingestion`. Safe to run at every start.
 *
 * @param options.lockWaitMs maximum wait for another process that migrates, milliseconds. Default 10,000
 * @returns the number of migrations that only a newer release knows, and that this release can work with
 * @throws DatabaseUnavailableError, DatabaseRefusedError as applyMigrations
 * @example
 * import { connectPostgres, migrateTaskStore } from '@ingestion-server/core'
 *
 * const { db, close } = connectPostgres('postgres://owner:password@localhost:5432/tasks', { maxConnections: 1 })
 * const { unknown } = await migrateTaskStore(db)
 * if (unknown > 0) console.warn(`a newer release made ${unknown} migrations`)
 * await close()
 */
export declare function migrateTaskStore(db: PostgresJsDatabase, options?: Pick<MigrationOptions, 'lockWaitMs'>): Promise<{
  unknown: number;
}>;
/**
 * Checks that this release can work with the task tables: a newer release may have migrated them since.
 *
 * @throws DatabaseRefusedError when it can't
 */
export declare function checkTaskSchema(db: Pick<PostgresJsDatabase, 'execute'>): Promise<void>;
/** Runs migrations of schema `ingestion`. @param options.table in that schema, which records only these migrations */
export declare function applyIngestionMigrations(db: PostgresJsDatabase, options: Omit<MigrationOptions, 'schema' | 'lock' | 'command'>): Promise<{
  unknown: number;
}>;
/**
 * An idempotency key as stored, with its owner, because two callers may choose the same key.
 *
 * @param owner id of the caller's token; absent: a caller without one
 */
export declare function toStoredKey(key: string, owner: string | undefined): string;
interface RunOptions {
  /** Releases all leases at the next checkpoint and returns. */
  signal?: AbortSignal;
  /** Does the same at this time, milliseconds since the epoch: for functions with limited time. */
  deadline?: number;
  /**
   * False: returns as paused when there is currently nothing to do, because other workers hold the remaining items or a
   * service is unavailable. For callers with other tasks to work on. Otherwise it waits.
   */
  waitForOthers?: boolean;
}
/** Paused: has not ended, and can continue after `waitMs` milliseconds. */
type RunResult = {
  paused: true;
  waitMs: number;
} | {
  paused: false;
  task: TaskRecord;
};
/**
 * Works on a task until it has ended, or until a stop is requested. Any number of calls at once, on any number of
 * machines, share the task's items; a call that ends early leaves checkpoints, from which the next continues.
 *
 * Waits for an unavailable service up to `settings.outageTimeoutMs`, with the reason in the task; then the task fails.
 *
 * @throws TaskNotFoundError
 * @throws DatabaseUnavailableError when the task store itself is unavailable for that long
 * @example
 * import { runTask, type TaskContext } from '@ingestion-server/core'
 *
 * export async function work(context: TaskContext, taskId: string): Promise<void> {
 *   // For a platform that ends a call after 30 seconds.
 *   const result = await runTask(context, taskId, { deadline: Date.now() + 25_000 })
 *   if (result.paused) console.log(`call again in ${result.waitMs} ms`)
 *   else console.log(result.task.status, result.task.error?.detail)
 * }
 */
export declare function runTask(context: TaskContext, taskId: string, options?: RunOptions): Promise<RunResult>;
interface SubmitOptions extends Caller {
  /** With the same key and request, returns the existing task in its current state. */
  idempotencyKey?: string | undefined;
  /** Owner of the key, as the id of a token; absent: shared by all callers. */
  keyOwner?: string | undefined;
  callbackUrl?: string | null | undefined;
  limits?: Partial<TaskLimits> | undefined;
}
type SubmitContext = Pick<TaskContext, 'actions' | 'store' | 'search' | 'settings'>;
/**
 * Creates a queued task for a request, after the checks that can be made immediately.
 *
 * @throws IndexBusyError, ActionUnavailableError, IdempotencyKeyReusedError, and the action's precondition failures
 * @throws DatabaseUnavailableError when the task can't be stored
 * @example
 * import { submitTask, type TaskContext } from '@ingestion-server/core'
 *
 * export async function startReindex(context: TaskContext, suffix: string): Promise<string> {
 *   const request = { model: 'image', action: 'REINDEX', index_suffix: suffix } as const
 *   // With the key, a repeated call returns the same task.
 *   const { id } = await submitTask(context, request, { idempotencyKey: `nightly-${suffix}` })
 *   return id
 * }
 */
export declare function submitTask(context: SubmitContext, request: TaskRequest, { idempotencyKey, keyOwner, ...options }?: SubmitOptions): Promise<TaskRecord>;
/** Whether a task is queued or running, so that its record will still change. */
export declare function isActive({ status }: Pick<TaskRecord, 'status'>): boolean;
type ActionOf<Name extends ActionName> = Action & {
  name: Name;
};
/**
 * Builds `<model>-<destination suffix>-filtered` from `<model>-<origin suffix>`: a clone without the documents that
 * contain a sensitive term.
 */
export declare const createFilteredIndex: ActionOf<"CREATE_AND_POPULATE_FILTERED_INDEX">;
/** Deletes an index that is no longer needed. */
export declare const deleteIndex: ActionOf<"DELETE_INDEX">;
/** Points an alias, or both of a model, to indices that pass the checks, in one atomic step. */
export declare const pointAlias: ActionOf<"POINT_ALIAS">;
/** Builds `<model>-<suffix>` from the database. ARCHITECTURE.md lists the guarantee of each phase. */
export declare const reindex: ActionOf<"REINDEX">;
type OverviewContext = Pick<TaskContext, 'search' | 'store' | 'models' | 'settings'>;
/** All indices of all models, newest first, and the targets of the models' aliases. */
export declare function listIndices(context: OverviewContext): Promise<IndexList>;
/**
 * One index by its exact name; an alias does not count.
 *
 * @throws IndexNotFoundError, also for an index that belongs to no model of this server
 */
export declare function describeIndex(context: OverviewContext, name: string): Promise<Index>;
type ExplainContext = Pick<TaskContext, 'search' | 'store' | 'models' | 'db' | 'settings'>;
/**
 * Why an index has the document of a row or not. Only what is certain is named: if several reasons are possible, the
 * explanation is `unknown`, and the detail names them.
 *
 * @param key id of the row, which is that of its document
 * @throws IndexNotFoundError, also for an alias; IndexClosedError
 */
export declare function explainDocument(context: ExplainContext, name: string, key: string): Promise<ExplainedDocument>;
interface BuildFilter {
  /** Default: all that create an index. */
  action?: readonly BuildingAction[] | undefined;
  limit: number;
}
/**
 * The indices that tasks of a model built, newest first, also those that were deleted since; for charts over the
 * generations. While OpenSearch is unavailable, what only it has is null.
 *
 * @throws ModelNotFoundError
 */
export declare function listBuilds(context: OverviewContext, model: string, { action, limit }: BuildFilter): Promise<BuildList>;
/**
 * Some documents of an index: those that match a text, or any.
 *
 * @throws IndexNotFoundError, also for an alias; IndexClosedError
 */
export declare function listIndexDocuments(context: Pick<OverviewContext, 'search' | 'models'>, name: string, { q, pageSize }: {
  q: string;
  pageSize: number;
}): Promise<DocumentPage>;
/**
 * Mappings, settings and shards of an index, and how it differs from the one that is live.
 *
 * @throws IndexNotFoundError, also for an alias
 */
export declare function readIndexDetails(context: OverviewContext, name: string): Promise<IndexDetails>;
type RollbackContext = Pick<TaskContext, 'search' | 'store'>;
/**
 * The POINT_ALIAS that points an alias back to its target before the last move, and the other alias of the model with
 * it if both moved together. It allows what a promotion normally refuses (smaller, unfiltered or made elsewhere),
 * because the index was live like that before.
 *
 * @throws NothingToRollBackError
 */
export declare function rollbackRequest(context: RollbackContext & Pick<TaskContext, 'models'>, alias: string): Promise<PointAliasRequest>;
/** Whether a name is an index, an alias, or unused. The aliases of tasks don't count. */
export declare function statName(search: SearchClient, name: string): Promise<Stat>;
/**
 * What a task of this request would do, and all its precondition failures. Changes and reserves nothing, so conditions
 * may differ when the task is sent.
 *
 * @throws ActionUnavailableError
 * @throws SearchUnavailableError, DatabaseUnavailableError: both services are required for a forecast
 * @example
 * import { planTask, type TaskContext } from '@ingestion-server/core'
 *
 * export async function preview(context: TaskContext): Promise<void> {
 *   const plan = await planTask(context, { model: 'image', action: 'REINDEX', index_suffix: '20231106' })
 *   console.log(plan.index, plan.rows, plan.seconds)
 *   for (const { code, detail } of plan.refusals) console.error(`${code}: ${detail}`)
 *   for (const warning of plan.warnings) console.warn(warning)
 * }
 */
export declare function planTask(given: PlanContext & Pick<TaskContext, 'actions'>, request: TaskRequest): Promise<TaskPlan>;
/** Something that an ended task had left in OpenSearch, and what was done about it. */
interface CollectedOrphan extends FoundWriteAlias {
  /** `deleted`: the half-built index. `alias_removed`: the alias, with the write block that was set through it. */
  did: 'deleted' | 'alias_removed';
}
type OrphanContext = Pick<TaskContext, 'actions' | 'search' | 'store' | 'models' | 'clock'>;
/**
 * Removes what ended tasks have left in OpenSearch: write blocks on their sources, write aliases, and half-built
 * indices that no caller asked to keep. A task leaves these if OpenSearch was unavailable at its cleanup, or if a call
 * of a dead worker landed after it. Active tasks clean up themselves. Tasks of other servers are unknown here.
 *
 * Safe to call at any time, from any number of processes.
 *
 * @param signal stops it between two indices
 * @returns what was removed
 * @throws the signal's reason, and the errors of the task store and of OpenSearch
 * @example
 * import { collectOrphans, type TaskContext } from '@ingestion-server/core'
 *
 * export async function cleanUp(context: TaskContext): Promise<void> {
 *   const collected = await collectOrphans(context, AbortSignal.timeout(60_000))
 *   for (const { index, did, taskId } of collected) console.log(index, did, taskId)
 * }
 */
export declare function collectOrphans(context: OrphanContext, signal: AbortSignal): Promise<CollectedOrphan[]>;
/** All actions of the server. */
export declare const actions: readonly Action[];
/** Converts a caught error to one of this project's errors; an unexpected error is returned unchanged. */
export declare function classifyError(error: unknown): unknown;
/** The service that an error is about if the same call may succeed later; null for other errors. */
export declare function unavailableService(error: unknown): 'opensearch' | 'postgres' | null;
/**
 * Whether a host is this machine, by its name or address alone.
 *
 * @param host an IPv6 address with or without brackets
 */
export declare function isLoopbackHost(host: string): boolean;
/** SHA-256 of a text in UTF-8, in hexadecimal. */
export declare function sha256(text: string): Promise<string>;
export { type Action, ActionCommand, type ActionFacts, ActionMethods, ActionName, ActionPhases, ActionUnavailableError, AliasHistory, AliasIsIndexError, AliasMove, AliasMovedError, BoundBy, Build, BuildList, BuildingAction, type Caller, CancelRequest, CatchUpMethod, type Clock, type CollectedOrphan, Counts, CreatedToken, type Database, DatabaseRefusedError, DatabaseUnavailableError, DeleteIndexRequest, DocumentExplanation, DocumentPage, DocumentQuery, DocumentsFailedError, type EventQuery, ExplainedDocument, FailedDocument, FailedDocumentPage, FailedDocumentSummary, type FieldFacts, type FieldKind, FieldValue, FieldsMissingError, FilteredIndexRequest, FilteringFailedError, IdempotencyKeyReusedError, Index, IndexAliasedError, IndexBusyError, IndexDetails, IndexExistsError, IndexInRollbackWindowError, IndexList, IndexNotFoundError, IndexReplacedError, IndexShrankError, IndexUnhealthyError, IndexUnverifiedError, IngestionError, InputError, type Lease, LeaseLostError, type Model, NewToken, NothingToRollBackError, type OpenSocket, ParsedTaskRequest, type PgOptions, Phase, PhaseOf, type PhaseRole, PlanCheck, PlanException, PlanMove, PointAliasRequest, type PostgresConnection, PostgresUrlError, Problem, ProblemCode, type ReadFile, ReindexRequest, RequestOf, RowState, type RunOptions, type RunResult, ScheduledTask, type SchemaGuard, Scope, type SearchClient, SearchRefusedError, SearchUnavailableError, type Settings, Shard, type SocketOptions, Stat, type TaskEvent as StoredTaskEvent, type TaskItem as StoredTaskItem, type TaskRate as StoredTaskRate, type TaskSummary as StoredTaskSummary, SubmissionOptions, type SubmitOptions, TableNotFoundError, TableReplacedError, Task, TaskCallback, type TaskContext, TaskError, TaskEvent$1 as TaskEvent, TaskEventPage, TaskEventType, TaskFilter, TaskItem$1 as TaskItem, TaskItemPage, TaskItemPart, TaskItemSummary, type TaskLimits, TaskLimitsPatch, TaskMatch, type TaskMatches, TaskNotFoundError, TaskPage, TaskPlan, type TaskQuery, TaskRates, type TaskRecord, TaskRequest, type TaskResult, TaskSort, TaskStateError, type TaskStatistics, TaskStatus, type TaskStore, TaskSummary$1 as TaskSummary, type TaskTotal, TermInvalidError, TermsEmptyError, TermsMissingError, TermsUnavailableError, Token, TokenList, UnfilteredIndexError, VerificationFailedError, Waiting, WireId, WorkersLostError, actionFacts, actionNames, aliasHistoryQuerySchema, aliasHistorySchema, aliasMoveSchema, boundBy, buildListSchema, buildQuerySchema, buildSchema, buildingActions, callbackStates, callbackUrlSchema, cancelRequestSchema, catchUpMethods, connectPostgres, countsSchema, createSchemaGuard, createTaskRequestParser, createTaskRequestSchemas, createdTokenSchema, describeIssue, describeParameterIssue, documentExplanations, documentPageSchema, documentQuerySchema, durationSample, errorMessage, errorTrace, explainedDocumentSchema, failedDocumentPageSchema, failedDocumentSchema, failedDocumentSummarySchema, filteredEnding, filteredIndexName, findActionFacts, findActionPhases, findPhaseRole, indexDetailsSchema, indexListSchema, indexName, indexSchema, indexSuffixSchema, inputErrorSchema, invisible, isIndexName, isPooled, isVisible, maxFailedDocuments, maxFailedReasons, maxIndexNameBytes, maxItemParts, maxReasonExamples, maxReasonIds, modelAliases, newTokenSchema, oneOf, pageSizeSchema, parsePostgresUrl, pgOptions, phases, planCheckSchema, planExceptionSchema, planMoveSchema, problemSchema, problemTitle, problemTitles, rowStates, scheduledTaskSchema, scopes, shardSchema, shortBodyBytes, statSchema, submissionOptionsSchema, taskCallbackSchema, taskErrorSchema, taskEventPageSchema, taskEventSchema, taskEventTypes, taskFilterSchema, taskItemPageSchema, taskItemPartSchema, taskItemSchema, taskItemSummarySchema, taskLimitsPatchSchema, taskLimitsSchema, taskMatchSchema, taskPageSchema, taskPlanSchema, taskRateSchema, taskRatesSchema, taskSchema, taskSorts, taskStatuses, taskStreamSchema, taskSummarySchema, toInputErrors, toPointer, toWireId, tokenListSchema, tokenSchema, unfilteredSuffixSchema, waitingSchema, wholeParameter, wireIdSchema, writeAliasEnding };
//# sourceMappingURL=index.d.ts.map