import { ActionCommand, ActionFacts, ActionMethod, ActionName, FieldFacts, FieldKind, actionFacts, actionNames, findActionFacts } from "./types-facts.js";
import { BoundBy, CancelRequest, CatchUpMethod, Counts, CreatedToken, DeleteIndexRequest, FailedDocument, FailedDocumentPage, FilteredIndexRequest, Index, IndexList, InputError, NewToken, ParsedTaskRequest, Phase, PlanCheck, PointAliasRequest, Problem, ReindexRequest, RequestOf, ScheduledTask, Scope, Stat, SubmissionOptions, Task, TaskCallback, TaskError, TaskEvent as TaskEvent$1, TaskEventPage, TaskEventType, TaskFilter, TaskItem as TaskItem$1, TaskItemPage, TaskLimitsPatch, TaskPage, TaskPlan, TaskRates, TaskRequest, TaskStatus, Token, TokenList, Waiting, WireId, boundBy, callbackStates, callbackUrlSchema, cancelRequestSchema, catchUpMethods, countsSchema, createTaskRequestParser, createTaskRequestSchemas, createdTokenSchema, describeIssue, describeParameterIssue, failedDocumentPageSchema, failedDocumentSchema, filteredEnding, filteredIndexName, indexListSchema, indexName, indexSchema, indexSuffixSchema, inputErrorSchema, invisible, isIndexName, isVisible, maxFailedDocuments, maxIndexNameBytes, newTokenSchema, pageSizeSchema, phases, planCheckSchema, problemSchema, requestSchemas, scheduledTaskSchema, scopes, shortBodyBytes, statSchema, submissionOptionsSchema, taskCallbackSchema, taskErrorSchema, taskEventPageSchema, taskEventSchema, taskEventTypes, taskFilterSchema, taskItemPageSchema, taskItemSchema, taskLimitsPatchSchema, taskLimitsSchema, taskPageSchema, taskPlanSchema, taskRateSchema, taskRatesSchema, taskSchema, taskStatuses, taskStreamSchema, toInputErrors, toPointer, toWireId, tokenListSchema, tokenSchema, unfilteredSuffixSchema, waitingSchema, wireIdSchema, writeAliasEnding } from "./types-index.js";
import { Database, MigrationOptions, OpenSocket, PgOptions, PostgresConnection, PostgresUrlError, ReadFile, SocketOptions, connectPostgres, errorMessage, errorTrace, isPooled, parsePostgresUrl, pgOptions } from "./types-index2.js";
import { z } from "zod";
import { SQL } from "drizzle-orm";
import { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { Client, ClientOptions } from "@opensearch-project/opensearch";
import { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { SelectResultFields } from "drizzle-orm/query-builders/select.types";
/**
 * One class for each failure that a caller can distinguish. `code` is stable and goes over the wire; a message
 * says what happened, to what, and what to do next.
 */
export declare abstract class IngestionError extends Error {
  abstract readonly code: string;
  /** Fields that go over the wire beside the message, in snake_case. */
  readonly details: Record<string, unknown>;
  constructor(message: string, options?: {
    cause?: unknown;
    details?: Record<string, unknown>;
  });
}
/** Another active task works on the index, or on the alias. */
export declare class IndexBusyError extends IngestionError {
  readonly name = "IndexBusyError";
  readonly code = "index_busy";
  constructor(index: string, taskId: string);
}
export declare class IndexExistsError extends IngestionError {
  readonly name = "IndexExistsError";
  readonly code = "index_exists";
  constructor(index: string);
}
/** The index that the task works on is gone, or another one has taken its name. */
export declare class IndexReplacedError extends IngestionError {
  readonly name = "IndexReplacedError";
  readonly code = "index_replaced";
  constructor(index: string, cause?: unknown);
}
export declare class TableNotFoundError extends IngestionError {
  readonly name = "TableNotFoundError";
  readonly code = "table_not_found";
  constructor(table: string, cause?: unknown);
}
/** A refresh of the data swapped the table under a running task. */
export declare class TableReplacedError extends IngestionError {
  readonly name = "TableReplacedError";
  readonly code = "table_replaced";
  constructor(table: string);
}
/** More documents were refused than `max_failed` allows. */
export declare class DocumentsFailedError extends IngestionError {
  readonly name = "DocumentsFailedError";
  readonly code = "documents_failed";
  constructor(index: string, failed: number, maxFailed: number);
  /** The task has as many failed documents as are kept, and stops before it is at its end. */
  static beyondLimit(index: string, limit: number): DocumentsFailedError;
}
/** Documents still differ from their rows after they were repaired, for as often as that is tried. */
export declare class VerificationFailedError extends IngestionError {
  readonly name = "VerificationFailedError";
  readonly code = "verification_failed";
  /** @param fields those that differed, where fields were compared, and in how many documents */
  constructor(index: string, differingIds: readonly string[], fields?: readonly {
    field: string;
    documents: number;
  }[]);
}
/** OpenSearch can't be reached or says that it can't work now. Goes away by itself, so it is tried again. */
export declare class SearchUnavailableError extends IngestionError {
  readonly name = "SearchUnavailableError";
  readonly code = "search_unavailable";
}
/** OpenSearch answered that it will not do this, and asking again would not help. */
export declare class SearchRefusedError extends IngestionError {
  readonly name = "SearchRefusedError";
  readonly code = "search_refused";
}
/** Postgres can't be reached or is starting or stopping. Goes away by itself, so it is tried again. */
export declare class DatabaseUnavailableError extends IngestionError {
  readonly name = "DatabaseUnavailableError";
  readonly code = "database_unavailable";
}
/** Postgres refused a statement, and asking again would not help. */
export declare class DatabaseRefusedError extends IngestionError {
  readonly name = "DatabaseRefusedError";
  readonly code = "database_refused";
}
export declare class TaskNotFoundError extends IngestionError {
  readonly name = "TaskNotFoundError";
  readonly code = "task_not_found";
  constructor(taskId: string);
}
/** An idempotency key came again with another request. */
export declare class IdempotencyKeyReusedError extends IngestionError {
  readonly name = "IdempotencyKeyReusedError";
  readonly code = "idempotency_key_reused";
  constructor(key: string, taskId: string);
}
/** A task can't do what was asked in the state that it is in. */
export declare class TaskStateError extends IngestionError {
  readonly name = "TaskStateError";
  readonly code = "task_state";
}
/** Another worker has the item now, or the task has ended: the receiver stops writing. */
export declare class LeaseLostError extends IngestionError {
  readonly name = "LeaseLostError";
  readonly code = "lease_lost";
  constructor(taskId: string);
}
/** The server knows the action but can't do it yet. */
export declare class ActionUnavailableError extends IngestionError {
  readonly name = "ActionUnavailableError";
  readonly code = "action_unavailable";
  constructor(action: string);
}
/** The alias for filtered documents was to point to an index with all of them. */
export declare class UnfilteredIndexError extends IngestionError {
  readonly name = "UnfilteredIndexError";
  readonly code = "unfiltered_index";
  constructor(alias: string, index: string, reason: string);
}
/** The alias was pointed elsewhere by hand while a task was about to move it. */
export declare class AliasMovedError extends IngestionError {
  readonly name = "AliasMovedError";
  readonly code = "alias_moved";
  constructor(alias: string, indices: readonly string[]);
}
/** An alias can't have a name that an index has. */
export declare class AliasIsIndexError extends IngestionError {
  readonly name = "AliasIsIndexError";
  readonly code = "alias_is_index";
  constructor(alias: string);
}
/** The index has far fewer documents than what its alias serves now. */
export declare class IndexShrankError extends IngestionError {
  readonly name = "IndexShrankError";
  readonly code = "index_shrank";
  constructor(index: string, documents: number, live: {
    alias: string;
    documents: number;
  });
}
/** The index did not get healthy in time. */
export declare class IndexUnhealthyError extends IngestionError {
  readonly name = "IndexUnhealthyError";
  readonly code = "index_unhealthy";
  constructor(index: string, health: string);
}
/** Searches go to the index by way of an alias. */
export declare class IndexAliasedError extends IngestionError {
  readonly name = "IndexAliasedError";
  readonly code = "index_aliased";
  constructor(index: string, alias: string);
}
/** An alias pointed to the index until a moment ago, and could be pointed back to it. */
export declare class IndexInRollbackWindowError extends IngestionError {
  readonly name = "IndexInRollbackWindowError";
  readonly code = "index_in_rollback_window";
  /** @param until ISO 8601 */
  constructor(index: string, alias: string, until: string);
}
/** It is not known where the alias pointed before, or it can't point there any more. */
export declare class NothingToRollBackError extends IngestionError {
  readonly name = "NothingToRollBackError";
  readonly code = "nothing_to_roll_back";
  constructor(alias: string, reason: string);
}
/** An index that something was to be done with is not there. */
export declare class IndexNotFoundError extends IngestionError {
  readonly name = "IndexNotFoundError";
  readonly code = "index_not_found";
  constructor(index: string);
}
/** The index was not compared with the database: it was built elsewhere, or its task did not complete. */
export declare class IndexUnverifiedError extends IngestionError {
  readonly name = "IndexUnverifiedError";
  readonly code = "index_unverified";
  /** @param todo what to do about it */
  constructor(index: string, todo?: string);
}
/** An index lacks the fields that sensitive terms are looked for in, so filtering it would let them pass. */
export declare class FieldsMissingError extends IngestionError {
  readonly name = "FieldsMissingError";
  readonly code = "fields_missing";
  constructor(index: string, fields: readonly string[]);
}
/** Worker after worker died or froze over the same piece of work, and none saved anything. */
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
/** The list of sensitive terms has no term: a filtered index made with it would be unfiltered. */
export declare class TermsEmptyError extends IngestionError {
  readonly name = "TermsEmptyError";
  readonly code = "terms_empty";
  constructor();
}
/** A line of the list of sensitive terms can't be looked for. */
export declare class TermInvalidError extends IngestionError {
  readonly name = "TermInvalidError";
  readonly code = "term_invalid";
  constructor(line: number, text: string, reason: string);
}
/** A filtered index could not be brought to hold exactly what it should. */
export declare class FilteringFailedError extends IngestionError {
  readonly name = "FilteringFailedError";
  readonly code = "filtering_failed";
  constructor(index: string, reason: string);
}
/** The model names columns that a table lacks. */
export declare class ColumnMissingError extends IngestionError {
  readonly name = "ColumnMissingError";
  readonly code = "column_missing";
  constructor(table: string, columns: readonly string[]);
}
/** A table can't be read as its model says: by its ids' type, for want of an index, or by a column's type. */
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
/** An index is not what it was made to be: an index template, or somebody's hand, gave it something else. */
export declare class IndexDiffersError extends IngestionError {
  readonly name = "IndexDiffersError";
  readonly code = "index_differs";
  /** @param templates names of the index templates that match its name */
  constructor(index: string, differences: readonly string[], templates: readonly string[]);
}
/** Nothing can be read from or written to a closed index; only its aliases and settings can change, or it can go. */
export declare class IndexClosedError extends IngestionError {
  readonly name = "IndexClosedError";
  readonly code = "index_closed";
  constructor(index: string, cause?: unknown);
}
/** An index that was verified is another one by now: it lost documents, or takes no writes. */
export declare class IndexChangedError extends IngestionError {
  readonly name = "IndexChangedError";
  readonly code = "index_changed";
  /** @param advice what would help */
  constructor(index: string, differences: readonly string[], advice?: string);
}
/** An alias that is to be moved finds other documents than those of its index. */
export declare class AliasAlteredError extends IngestionError {
  readonly name = "AliasAlteredError";
  readonly code = "alias_altered";
  constructor(alias: string, index: string, alters: readonly string[]);
}
/** The cluster has no room for an index, or this server lacks rights, so that a task would fail at its end. */
export declare class ClusterUnfitError extends IngestionError {
  readonly name = "ClusterUnfitError";
  readonly code = "cluster_unfit";
  constructor(index: string, checks: readonly {
    check: string;
    detail: string;
  }[]);
}
/** Each time the task repaired documents, something else was written to the index too. */
export declare class WrittenByOthersError extends IngestionError {
  readonly name = "WrittenByOthersError";
  readonly code = "verification_failed";
  constructor(index: string);
}
/** What was stored with a task, or answered by a service, has another shape than this version of the server expects. */
export declare class UnexpectedDataError extends IngestionError {
  readonly name = "UnexpectedDataError";
  readonly code = "unexpected_data";
  /** @param where JSON pointers of what is not as expected */
  constructor(where: string, cause?: unknown);
}
/** Time as a dependency, so that tests need not wait. */
interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
export declare const systemClock: Clock;
/**
 * Exponential backoff with full jitter: a random wait below base·2^attempt, capped.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export declare function backoffMs(attempt: number, baseMs?: number, capMs?: number, random?: () => number): number;
/**
 * JSON written from front to back as UTF-8, into one array that grows and is used again. What Postgres sends is
 * UTF-8 already: to make strings of it, join them and encode them again would take five times as long.
 */
declare class JsonBytes {
  #private;
  bytes: Uint8Array;
  /** Bytes that are written; what follows them is of no meaning. */
  length: number;
  /** @param capacity bytes; grown where it isn't enough */
  constructor(capacity?: number);
  clear(): void;
  /** Bytes of JSON from `start` on, before `end`, as they are. */
  append(json: Uint8Array, start?: number, end?: number): void;
  /** A string, given as UTF-8 from `start` on. */
  appendString(utf8: Uint8Array, start?: number): void;
  /** Any value that JSON.stringify takes. */
  appendValue(value: unknown): void;
  /** JSON text, as it is. */
  appendText(text: string): void;
}
/** The lines of one document to write or take away. */
interface Operation {
  /** `_id` */
  id: string;
  /** The document, JSON; empty where it is to be taken away. */
  document: string;
}
/** Documents to write and to take away, as the body of a bulk request: NDJSON. Used again once it is written. */
declare class BulkBody {
  #private;
  /** @param capacity bytes, about as many as it will hold */
  constructor(capacity?: number);
  /** Operations. */
  get size(): number;
  /** Bytes. */
  get length(): number;
  /** Bytes that it holds on to. */
  get capacity(): number;
  clear(): void;
  /**
   * @param id a row's id, digits
   * @param writeDocument writes a JSON object on one line
   */
  index(id: Uint8Array, writeDocument: (to: JsonBytes) => void): void;
  delete(id: string): void;
  /** The bytes of the operations from `first` on, before `end`; valid until the body changes. */
  slice(first?: number, end?: number): Uint8Array;
  /** A body of some of the operations. */
  pick(positions: readonly number[]): BulkBody;
  read(position: number): Operation;
  /** The position after the last operation that ends within `length` bytes from `first` on, one at least. */
  fit(first: number, length: number): number;
}
/** What is read of a row, by name: a column or an expression. */
type Selection = Readonly<Record<string, PgColumn | SQL>>;
/** A field that is written from the bytes of a value, where there is one. */
interface WrittenField {
  source: PgColumn | SQL;
  write(value: Uint8Array, to: JsonBytes): Written;
}
/**
 * What a field's writer wrote: one JSON value; nothing, as there is none; nothing, as the value can't be read; or a part
 * of it, as the rest can't.
 */
type Written = boolean | 'unreadable' | 'partly';
/** An object of JSON whose members are selected one by one, in a column that may hold other JSON. */
interface PackedColumn {
  /** The column's name: what `LeftOut` calls it when it can't be read. */
  name: string;
  /** JSON text of a value that members could not be selected from; null for all others. */
  source: SQL;
  /** What is selected of each member, by its key. */
  members: Readonly<Record<string, SQL>>;
}
/** Values of a row as Postgres sends them, UTF-8, in the order of `Model.selection`; null for SQL's null. */
type RawRow = readonly (Uint8Array | null)[];
/** How many rows had something in a field that could not be read, by the field's name. */
type LeftOut = Map<string, number>;
/** Makes the documents of a model. */
interface DocumentWriter {
  /** For `db.select(selection).from(table)`: what each value of a `RawRow` is. */
  readonly selection: Selection;
  /**
   * Writes what OpenSearch stores of a row: a JSON object on one line, fields in snake_case, none of them null.
   * Never throws: what can't be read is left out, and counted in `leftOut`. A safety flag that can't be read is true,
   * and counted too.
   */
  writeDocument(row: RawRow, to: JsonBytes, leftOut: LeftOut): void;
}
/** Buffers that are not in use, kept to be used again. */
interface Spares<Buffer> {
  /** @returns undefined when there is none */
  take(): Buffer | undefined;
  /** Keeps a buffer, unless there are enough of them. */
  giveBack(buffer: Buffer): void;
}
/**
 * A table whose rows say something about a model's rows: a row of the model is read again when its row there has
 * changed. Rows that are deleted there leave nothing to be found by.
 */
interface RelatedTable {
  /** Column of the other table that is equal to `column` of the model's. */
  key: PgColumn;
  column: PgColumn;
  /** When a row there last changed, for databases where only such a column shows it. */
  changedOn?: PgColumn | undefined;
}
/** What the table of a model has at least. */
type ModelTable = PgTable & {
  /** smallint, integer or bigint. */
  id: PgColumn;
  identifier: PgColumn;
  /** When a row last changed; used only where the table is a view or of another server, which have no `xmin`. */
  updatedOn?: PgColumn;
  removedFromSource: PgColumn;
};
/** A table that lists rows of a model by their identifiers, such as `api_deletedimage`. */
type IdentifierTable = PgTable & {
  identifier: PgColumn;
  createdOn: PgColumn;
};
/** A field of an index mapping, as OpenSearch takes it. */
type FieldMapping = Readonly<Record<string, unknown>>;
/** A kind of row that indices are built from. */
interface Model extends DocumentWriter {
  /** Names the table, begins the names of its indices (`image-<suffix>`) and is its default alias. */
  readonly name: string;
  readonly table: ModelTable;
  /** Rows that become no document: `api_deleted<name>`. */
  readonly deleted: IdentifierTable;
  /** Rows that are mature, whatever they say themselves: `api_mature<name>`. */
  readonly mature: IdentifierTable;
  /** All tables beside the model's own that its documents depend on: `deleted`, `mature` and those it joins. */
  readonly related: readonly RelatedTable[];
  /** True for a mature row, else false, never null. For statements on `table` without an alias. */
  readonly isMature: SQL<boolean>;
  /** True for a row listed in `deleted`, else false, never null. For statements on `table` without an alias. */
  readonly isDeleted: SQL<boolean>;
  readonly mappings: {
    readonly dynamic: false;
    readonly properties: Readonly<Record<string, FieldMapping>>;
  };
  /** The index setting `analysis`. */
  readonly analysis: Readonly<Record<string, unknown>>;
}
/** @param schema of Postgres, in which the table and those beside it are */
export declare function createAudioModel(schema: string): Model;
export declare const audio: Model;
/** Fields of a document: what JSON.stringify takes. A field that is undefined is left out. */
type Fields = Readonly<Record<string, unknown>>;
type BaseName = 'id' | 'mature' | 'deleted' | 'removedFromSource';
interface ModelDefinition<TSelection extends Selection> {
  /** A lower-case letter, then letters, digits and `_`; 52 characters at most. */
  name: string;
  table: ModelTable;
  /**
   * Fields that are a column or an expression as it stands: a text, or a whole number. Null is left out. The bytes
   * go from Postgres to OpenSearch as they are. `id` and `mature` are fields of every model.
   */
  copied?: Selection & { readonly [name in BaseName]?: never; };
  /** Fields that are made of the bytes of a value, where objects and strings would take too long. */
  written?: Readonly<Record<string, WrittenField>>;
  /** Columns that hold what `written` and `selection` select as a member. */
  packed?: readonly PackedColumn[];
  /** Other tables that fields are read from, in subqueries. */
  joined?: readonly RelatedTable[];
  /** What the other fields are computed from. */
  selection?: TSelection & { readonly [name in BaseName]?: never; };
  /**
   * The other fields. Runs for every row there is: without spreads and loops where it can. It may not keep `row`,
   * whose values are read when they are asked for.
   */
  compute?(row: SelectResultFields<TSelection>, leftOut: LeftOut): Fields;
  /** What else makes a row mature than being listed in `api_mature<name>`; null counts as false. */
  alsoMature?: SQL;
  /**
   * A flag in JSON text that makes a row mature too, in the place of `alsoMature`. A row whose flag is neither
   * `false`, `null` nor SQL's null is mature, and one whose flag is anything but `true` is counted as unreadable.
   */
  matureFlag?: SQL;
  /** The mapping of each field; `id` and `mature` are mapped for every model. */
  properties: Readonly<Record<string, FieldMapping>>;
  /** The index setting `analysis`: analyzers that `properties` names beside the built-in ones. */
  analysis?: Readonly<Record<string, unknown>>;
}
/**
 * Makes a model of what is its own: the row type of `compute` is inferred from `selection`, and the rest, the same
 * for all models, is added.
 *
 * @throws RangeError for a name that tables and indices can't have, and for a field that can't be copied
 */
export declare function defineModel<TSelection extends Selection = Record<never, never>>(definition: ModelDefinition<TSelection>): Model;
/** @param schema of Postgres, in which the table and those beside it are */
export declare function createImageModel(schema: string): Model;
export declare const image: Model;
/**
 * A moment in the history of one database. Rows whose transaction id is not below `xid` were written by a transaction
 * that had not ended by then, or began later.
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
type SearchClient = Client;
/**
 * A client that never retries by itself: who asks decides what is worth asking again, and says so in the task.
 *
 * @param url `http://user:password@host:port`
 * @param options.requestTimeoutMs absent: as long as any call may take
 * @param options.compress whether requests are sent gzipped, a fifth as long; absent: unless the cluster is on this
 * machine, where it would only cost CPU
 */
export declare function connectOpenSearch(url: string, options?: {
  requestTimeoutMs?: number;
  compress?: boolean;
  ssl?: NonNullable<ClientOptions['ssl']>;
}): SearchClient;
/** What a limit has learned of the other end. */
interface LearnedLimit {
  limit: number;
  /** The shortest latency of a call, in milliseconds. */
  shortestMs: number;
}
/**
 * Whether OpenSearch can be worked with: it has a cluster manager and knows the state of the models' indices. Needs the
 * rights that tasks need, and none to the cluster.
 *
 * @param models names of the models
 * @throws SearchUnavailableError, SearchRefusedError when a right is missing
 */
export declare function checkSearch(client: SearchClient, models: readonly string[], requestTimeoutMs: number): Promise<void>;
/** What can be tuned. Every value has a default that suits a cluster of its own size or this machine. */
interface Settings {
  /** How long a claimed item stays a worker's own without a sign of life. */
  leaseMs: number;
  /** How long a task waits for a service that is away before it fails. */
  outageTimeoutMs: number;
  /** How long a statement on the catalog may stay without a row or an answer before it is given up and tried again. */
  catalogTimeoutMs: number;
  /** How long a call to a service may stay without an answer before the task says that it waits for it. */
  silenceMs: number;
  /** How far before the plan's clock the catch-up begins: longer than any transaction stays open. */
  catchUpOverlapMs: number;
  /** Rows that one work item covers, about: some seconds of work, so that little is lost with a worker. */
  rowsPerItem: number;
  /** Size that a bulk body aims at, in bytes. */
  targetBodyLength: number;
  /** Bulk requests of one item that may be under way at once: a few, and up to this many for a cluster far away. */
  maxInFlight: number;
  /** Replicas of a finished index; null: 1, or 0 where the cluster has one data node. */
  replicas: number | null;
  /** Primary shards; null: chosen by the estimated size and the number of data nodes. */
  shards: number | null;
  /** How often index and database are brought together before the verification gives up. */
  maxRepairRounds: number;
  /** How long a clone may take to become searchable before its documents are copied instead; writes wait. */
  cloneTimeoutMs: number;
  /** How long an index may take to become healthy before an alias is pointed to it. */
  promoteTimeoutMs: number;
  /** Documents that an index must have at least, of those that its alias serves now, to take its place. */
  promoteMinRatio: number;
  /** How long after an alias moved on its index can't be deleted, so that the alias can be pointed back. */
  rollbackWindowMs: number;
  /** Parts of a delete by query or a copy that OpenSearch does at once; `auto`: one for each shard. */
  deleteSlices: number | 'auto';
  /** Documents that these delete or copy in a second at most; null: as many as they can. */
  requestsPerSecond: number | null;
  /** Share of deleted documents above which a filtered index is rewritten without them; 1: never. */
  expungeMinRatio: number;
  /** Bytes that deleted documents take, about, below which that is not done: it takes up to half a minute. */
  expungeMinBytes: number;
}
export declare const defaultSettings: Settings;
/**
 * Settings of an index while it is filled: never refreshed, no replicas, rarely flushed, merged wide. Durability
 * stays `request`: what was acknowledged survives a crash of OpenSearch, else a checkpoint would lie.
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
/** A task as it is stored. Times are ISO 8601 in UTC. */
/** Rows by the name of a field that could not be read in them. */
type LeftOutCounts = Readonly<Record<string, number>>;
interface TaskRecord {
  id: string;
  model: string;
  action: ActionName;
  request: TaskRequest;
  status: TaskStatus;
  phase: Phase;
  /** Number of the set of work items that is being worked on; grows with every phase. */
  stage: number;
  /** The highest stage number given out so far: the next new one is this plus 1. */
  lastStage: number;
  /** The index that the task writes. */
  index: string;
  state: ActionState;
  counts: Counts;
  catchUp: CatchUpCounts;
  /** Rows of the load in which a field could not be read, by the field's name. */
  leftOut: LeftOutCounts;
  /** Documents in the index at its last verification; null before, or when there is none. */
  documents: number | null;
  /** Estimated number of rows that the load will read. */
  planned: number | null;
  /** Starts at 1; each retry adds 1. */
  attempt: number;
  waiting: Waiting | null;
  limits: TaskLimits;
  /** The current bottleneck of the load, as last reported by a worker. */
  boundBy: BoundBy | null;
  error: TaskError | null;
  /** Null until the task has succeeded. */
  result: TaskResult | null;
  requestedBy: string | null;
  /** Of the request that made the task, as its log lines have it. */
  requestId: string | null;
  /** URL that is notified when the task has ended. */
  callbackUrl: string | null;
  asOf: string | null;
  createdAt: string;
  startedAt: string | null;
  /** Start and end of the load, for its rate. */
  loadStartedAt: string | null;
  loadFinishedAt: string | null;
  /** When it was asked for, and whether what was built so far stays; a retry clears both. */
  cancelRequestedAt: string | null;
  keepIndex: boolean;
  finishedAt: string | null;
}
/** The caller who requests a change of a task, for its history. */
interface Caller {
  requestedBy?: string | null | undefined;
  /** Id of the request, to find its log lines. */
  requestId?: string | null | undefined;
}
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
interface AliasMove extends NewAliasMove {
  /** ISO 8601 in UTC, by the store's clock. */
  movedAt: string;
}
/** The recorded history of aliases. Manual moves are not in it. */
interface AliasHistory {
  lastAliasMove(alias: string): Promise<AliasMove | null>;
  /** Moves of all of a model's aliases in the last `withinMs`, newest first. */
  recentAliasMoves(model: string, withinMs: number): Promise<AliasMove[]>;
}
/** Reads and writes while the lock of a model is held: one transaction on one connection. */
interface ModelLock extends AliasHistory {
  get(taskId: string): Promise<TaskRecord | null>;
  getIndex(uuid: string): Promise<IndexRecord | null>;
  /**
   * Call this right before the protected change: a process that froze may have lost the lock.
   *
   * @throws DatabaseUnavailableError when it was lost
   */
  assertHeld(): Promise<void>;
  recordAliasMove(move: NewAliasMove): Promise<void>;
  /** Deletes the record of a deleted index. A missing record is no error. */
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
  /** Oldest first, without intervals in which nothing was done. Points of longer tasks have longer intervals. */
  rates(taskId: string): Promise<TaskRate[]>;
  /** Totals of all tasks, at a cost that doesn't grow with the history. */
  statistics(): Promise<TaskStatistics>;
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
interface TaskQuery {
  model?: string | undefined;
  action?: ActionName | undefined;
  status?: TaskStatus | readonly TaskStatus[] | undefined;
  index?: string | undefined;
  requestedBy?: string | undefined;
  /** Only queued or running tasks. */
  active?: boolean | undefined;
  pageSize: number;
  pageToken?: string | undefined;
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
 * Where tasks, their work items and checkpoints live. Every method is one transaction. Methods that take a
 * lease throw LeaseLostError when it is no longer held, the task has ended, or the stage has passed.
 */
interface TaskStore extends AliasHistory, SharedMaintenance, TaskHistory {
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
  /** Newest first. @throws PageTokenError */
  list(query: TaskQuery): Promise<{
    tasks: TaskRecord[];
    nextPageToken: string | null;
  }>;
  /** The active task that has reserved the name, if any. */
  findReservation(index: string): Promise<string | null>;
  /**
   * Gives the caller something to do: an item of the current stage that is not done and whose lease has lapsed
   * or was never taken, else, when all are done, the planning of what follows. A queued task becomes running.
   *
   * What lapsed `maxLapses` times in a row without anything saved in between is not given out again: whatever works
   * on it dies of it, so the task fails, with WorkersLostError.
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
   * Ends the current stage and clears `waiting`. `finished`, `failed` and `cancelled` end the task and free its
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
   * Asks for an end before the end. A task that never started is cancelled at once. Any other enters phase
   * `cancelling` with a new stage and no items: all leases are void, so that no late worker can say anything more,
   * and the next worker to claim it cleans up and ends it. Its reservations stay until then. A planner
   * may be creating an index at this moment: no worker can claim the task before that lease was released or expired.
   *
   * Asking again while it is cancelling changes nothing.
   *
   * @throws TaskNotFoundError, TaskStateError when it has ended
   */
  cancel(taskId: string, options?: CancelOptions): Promise<TaskRecord>;
  /**
   * Makes a failed or cancelled task queued again, in phase planning with no items. One that failed keeps its state,
   * counts, earlier items with checkpoints, and failed documents; one that was cancelled starts over.
   *
   * @throws TaskNotFoundError, TaskStateError when it has neither failed nor was cancelled, IndexBusyError
   */
  retry(taskId: string, caller?: Caller): Promise<TaskRecord>;
  /**
   * Has failed documents tried again: a failed task is retried, a REINDEX that succeeded in spite of them is queued
   * again in phase `redriving`, which writes those rows only.
   *
   * @throws TaskNotFoundError, TaskStateError when there is nothing to try again, IndexBusyError
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
  /** See createReuse. */
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
  sayWaiting(reason: string, retryAfterMs: number): Promise<void>;
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
type Estimates = Pick<TaskPlan, 'rows' | 'documents' | 'bytes' | 'seconds' | 'shards' | 'replicas' | 'disk' | 'catch_up_by' | 'checks' | 'warnings'>;
interface Forecast extends Estimates {
  /** Precondition failures of the request; the most specific first. */
  refusals: IngestionError[];
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
  /** The first phase is `planning`; it has no items. */
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
  discardsIndex?: (task: TaskRecord) => boolean;
}
/**
 * Tasks in Postgres, in schema `ingestion` (see migrateTaskStore). Any number of processes may share them.
 *
 * @param db with a client that only Drizzle uses, with DateStyle ISO. Driver errors are rethrown unchanged
 */
export declare function createDrizzleTaskStore(db: PostgresJsDatabase): TaskStore;
/**
 * Tasks in the memory of one process, gone with it: for tests and for trying things out.
 *
 * @param options.now milliseconds since the epoch, by which leases expire
 */
export declare function createMemoryTaskStore({ now }?: {
  now?: () => number;
}): TaskStore;
/**
 * Migrates the task tables. Safe to run at every start.
 *
 * @throws DatabaseUnavailableError, DatabaseRefusedError as applyMigrations
 */
export declare function migrateTaskStore(db: PostgresJsDatabase, options?: Pick<MigrationOptions, 'lockWaitMs'>): Promise<void>;
/** Runs migrations of schema `ingestion`. @param options.table in that schema, which records only these migrations */
export declare function applyIngestionMigrations(db: PostgresJsDatabase, options: Omit<MigrationOptions, 'schema' | 'lock'>): Promise<void>;
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
 */
export declare function submitTask(context: SubmitContext, request: TaskRequest, { idempotencyKey, keyOwner, ...options }?: SubmitOptions): Promise<TaskRecord>;
/**
 * Builds `<model>-<destination suffix>-filtered` from `<model>-<origin suffix>`: a clone without the documents that
 * contain a sensitive term.
 */
export declare const createFilteredIndex: Action;
/** Deletes an index that is no longer needed. */
export declare const deleteIndex: Action;
/** Points an alias to an index that passes the checks, in one atomic step. */
export declare const pointAlias: Action;
/** Builds `<model>-<suffix>` from the database. ARCHITECTURE.md lists the guarantee of each phase. */
export declare const reindex: Action;
type OverviewContext = Pick<TaskContext, 'search' | 'store' | 'models'>;
/** All indices of all models, newest first, and the targets of the models' aliases. */
export declare function listIndices(context: OverviewContext): Promise<IndexList>;
/**
 * One index by its exact name; an alias does not count.
 *
 * @throws IndexNotFoundError, also for an index that belongs to no model of this server
 */
export declare function describeIndex(context: OverviewContext, name: string): Promise<Index>;
type RollbackContext = Pick<TaskContext, 'search' | 'store'>;
/**
 * The POINT_ALIAS that points an alias back to its target before the last move. It allows what a promotion normally
 * refuses (smaller, unfiltered or made elsewhere), because the index was live like that before.
 *
 * @throws NothingToRollBackError
 */
export declare function rollbackRequest(context: RollbackContext & Pick<TaskContext, 'models'>, alias: string): Promise<PointAliasRequest>;
/** Whether a name is an index, an alias, or unused. The aliases of tasks don't count. */
export declare function statName(search: SearchClient, name: string): Promise<Stat>;
/**
 * What a task of this request would do, and everything that would stand in its way. Nothing is changed or reserved,
 * so the world may be another one when the task is sent.
 *
 * @throws ActionUnavailableError
 * @throws SearchUnavailableError, DatabaseUnavailableError: without them nothing can be foretold
 */
export declare function planTask(given: PlanContext & Pick<TaskContext, 'actions'>, request: TaskRequest): Promise<TaskPlan>;
interface Repair extends FoundWriteAlias {
  did: 'deleted' | 'unmarked';
}
type RepairContext = Pick<TaskContext, 'actions' | 'search' | 'store' | 'models' | 'clock'>;
/**
 * Removes what ended tasks have left in OpenSearch: write blocks on their sources, write aliases, and half-built
 * indices that no caller asked to keep. A task leaves these if OpenSearch was unavailable at its cleanup, or if a call
 * of a dead worker landed after it. Active tasks clean up themselves. Tasks of other servers are unknown here.
 *
 * Safe to call at any time, from any number of processes.
 */
export declare function repairLeftovers(context: RepairContext, signal: AbortSignal): Promise<Repair[]>;
/** All actions of the server. */
export declare const actions: readonly Action[];
/** A caught error as one of the project's own; an unexpected error is returned as it is. */
export declare function classifyError(error: unknown): unknown;
/** Whether the same call can be expected to succeed later, and whose fault it is. */
export declare function unavailableService(error: unknown): 'opensearch' | 'postgres' | null;
/** Whether a host is this machine by its name or address alone. @param host an IPv6 address with its brackets or without */
export declare function isLoopbackHost(host: string): boolean;
/** SHA-256 of a text in UTF-8, in hexadecimal. */
export declare function sha256(text: string): Promise<string>;
export { type Action, ActionCommand, type ActionFacts, ActionMethod, ActionName, BoundBy, type Caller, CancelRequest, CatchUpMethod, type Clock, Counts, CreatedToken, type Database, DeleteIndexRequest, type EventQuery, FailedDocument, FailedDocumentPage, type FieldFacts, type FieldKind, FilteredIndexRequest, Index, IndexList, InputError, type Lease, type Model, NewToken, type OpenSocket, ParsedTaskRequest, type PgOptions, Phase, PlanCheck, PointAliasRequest, type PostgresConnection, PostgresUrlError, Problem, type ReadFile, ReindexRequest, type Repair, RequestOf, type RunOptions, type RunResult, ScheduledTask, Scope, type SearchClient, type Settings, type SocketOptions, Stat, type TaskEvent as StoredTaskEvent, type TaskItem as StoredTaskItem, type TaskRate as StoredTaskRate, SubmissionOptions, type SubmitOptions, Task, TaskCallback, type TaskContext, TaskError, TaskEvent$1 as TaskEvent, TaskEventPage, TaskEventType, TaskFilter, TaskItem$1 as TaskItem, TaskItemPage, type TaskLimits, TaskLimitsPatch, TaskPage, TaskPlan, type TaskQuery, TaskRates, type TaskRecord, TaskRequest, type TaskResult, type TaskStatistics, TaskStatus, type TaskStore, type TaskTotal, Token, TokenList, Waiting, WireId, actionFacts, actionNames, boundBy, callbackStates, callbackUrlSchema, cancelRequestSchema, catchUpMethods, connectPostgres, countsSchema, createTaskRequestParser, createTaskRequestSchemas, createdTokenSchema, describeIssue, describeParameterIssue, errorMessage, errorTrace, failedDocumentPageSchema, failedDocumentSchema, filteredEnding, filteredIndexName, findActionFacts, indexListSchema, indexName, indexSchema, indexSuffixSchema, inputErrorSchema, invisible, isIndexName, isPooled, isVisible, maxFailedDocuments, maxIndexNameBytes, newTokenSchema, pageSizeSchema, parsePostgresUrl, pgOptions, phases, planCheckSchema, problemSchema, requestSchemas, scheduledTaskSchema, scopes, shortBodyBytes, statSchema, submissionOptionsSchema, taskCallbackSchema, taskErrorSchema, taskEventPageSchema, taskEventSchema, taskEventTypes, taskFilterSchema, taskItemPageSchema, taskItemSchema, taskLimitsPatchSchema, taskLimitsSchema, taskPageSchema, taskPlanSchema, taskRateSchema, taskRatesSchema, taskSchema, taskStatuses, taskStreamSchema, toInputErrors, toPointer, toWireId, tokenListSchema, tokenSchema, unfilteredSuffixSchema, waitingSchema, wireIdSchema, writeAliasEnding };
//# sourceMappingURL=index.d.ts.map