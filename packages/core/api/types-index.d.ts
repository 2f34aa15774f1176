import { ActionName, FieldKind, actionFacts } from "./types-facts.js";
import { z } from "zod";
/**
 * Describes what is wrong with a value, to follow the name of its field: `/max_failed must be a whole number`. Passed
 * to zod as `error`; a schema's own message takes precedence. zod's default messages are never used.
 */
export declare function describeIssue(issue: z.core.$ZodRawIssue): string;
/** Same as `describeIssue`, for the query of a URL. */
export declare function describeParameterIssue(issue: z.core.$ZodRawIssue): string;
/** One recorded move of an alias. Moves by other programs are not recorded. */
export declare const aliasMoveSchema: z.ZodObject<{
  alias: z.ZodString;
  moved_at: z.ZodISODateTime;
  from: z.ZodNullable<z.ZodString>;
  also_from: z.ZodArray<z.ZodString>;
  to: z.ZodNullable<z.ZodString>;
  task_id: z.ZodUUID;
  requested_by: z.ZodNullable<z.ZodString>;
}, z.core.$strip>;
export type AliasMove = z.infer<typeof aliasMoveSchema>;
/** `GET /index/{alias}/history`: newest first. */
export declare const aliasHistorySchema: z.ZodObject<{
  moves: z.ZodArray<z.ZodObject<{
    alias: z.ZodString;
    moved_at: z.ZodISODateTime;
    from: z.ZodNullable<z.ZodString>;
    also_from: z.ZodArray<z.ZodString>;
    to: z.ZodNullable<z.ZodString>;
    task_id: z.ZodUUID;
    requested_by: z.ZodNullable<z.ZodString>;
  }, z.core.$strip>>;
  next_page_token: z.ZodNullable<z.ZodString>;
}, z.core.$strip>;
export type AliasHistory = z.infer<typeof aliasHistorySchema>;
/** Query of `GET /index/{alias}/history`. */
export declare const aliasHistoryQuerySchema: z.ZodObject<{
  page_size: z.ZodDefault<z.ZodPipe<z.ZodUnion<readonly [z.ZodNumber, z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>]>, z.ZodInt>>;
  page_token: z.ZodOptional<z.ZodString>;
}, z.core.$strict>;
/** An index as the task that built it recorded it; it may have been deleted since. */
export declare const buildSchema: z.ZodObject<{
  task_id: z.ZodUUID;
  action: z.ZodEnum<{
    REINDEX: "REINDEX";
    CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
    POINT_ALIAS: "POINT_ALIAS";
    DELETE_INDEX: "DELETE_INDEX";
  }>;
  index: z.ZodString;
  started_at: z.ZodISODateTime;
  finished_at: z.ZodISODateTime;
  duration_seconds: z.ZodNumber;
  documents: z.ZodNullable<z.ZodInt>;
  bytes: z.ZodNullable<z.ZodInt>;
  as_of: z.ZodNullable<z.ZodISODateTime>;
  exists: z.ZodNullable<z.ZodBoolean>;
}, z.core.$strip>;
export type Build = z.infer<typeof buildSchema>;
/** `GET /model/{model}/builds`: newest first, as far as tasks are kept. */
export declare const buildListSchema: z.ZodObject<{
  builds: z.ZodArray<z.ZodObject<{
    task_id: z.ZodUUID;
    action: z.ZodEnum<{
      REINDEX: "REINDEX";
      CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
      POINT_ALIAS: "POINT_ALIAS";
      DELETE_INDEX: "DELETE_INDEX";
    }>;
    index: z.ZodString;
    started_at: z.ZodISODateTime;
    finished_at: z.ZodISODateTime;
    duration_seconds: z.ZodNumber;
    documents: z.ZodNullable<z.ZodInt>;
    bytes: z.ZodNullable<z.ZodInt>;
    as_of: z.ZodNullable<z.ZodISODateTime>;
    exists: z.ZodNullable<z.ZodBoolean>;
  }, z.core.$strip>>;
}, z.core.$strip>;
export type BuildList = z.infer<typeof buildListSchema>;
/** An action that creates an index. */
export type BuildingAction = { [Name in ActionName]: (typeof actionFacts)[Name]['createsIndex'] extends true ? Name : never; }[ActionName];
export declare const buildingActions: BuildingAction[];
/** Query of `GET /model/{model}/builds`. */
export declare const buildQuerySchema: z.ZodObject<{
  action: z.ZodOptional<z.ZodArray<z.ZodEnum<{
    REINDEX: "REINDEX";
    CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
  }>>>;
  limit: z.ZodDefault<z.ZodPipe<z.ZodUnion<readonly [z.ZodNumber, z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>]>, z.ZodInt>>;
}, z.core.$strict>;
/** A shard of an index. */
export declare const shardSchema: z.ZodObject<{
  shard: z.ZodInt;
  primary: z.ZodBoolean;
  state: z.ZodString;
  node: z.ZodNullable<z.ZodString>;
  documents: z.ZodNullable<z.ZodInt>;
  bytes: z.ZodNullable<z.ZodInt>;
}, z.core.$strip>;
export type Shard = z.infer<typeof shardSchema>;
/** `GET /index/{name}/details`. Field names of mappings and settings are those of OpenSearch. */
export declare const indexDetailsSchema: z.ZodObject<{
  mappings: z.ZodRecord<z.ZodString, z.ZodUnknown>;
  settings: z.ZodRecord<z.ZodString, z.ZodUnion<readonly [z.ZodString, z.ZodArray<z.ZodString>]>>;
  compared_with: z.ZodNullable<z.ZodObject<{
    index: z.ZodString;
    differences: z.ZodArray<z.ZodObject<{
      path: z.ZodString;
      here: z.ZodUnknown;
      there: z.ZodUnknown;
    }, z.core.$strip>>;
  }, z.core.$strip>>;
  shards: z.ZodArray<z.ZodObject<{
    shard: z.ZodInt;
    primary: z.ZodBoolean;
    state: z.ZodString;
    node: z.ZodNullable<z.ZodString>;
    documents: z.ZodNullable<z.ZodInt>;
    bytes: z.ZodNullable<z.ZodInt>;
  }, z.core.$strip>>;
}, z.core.$strip>;
export type IndexDetails = z.infer<typeof indexDetailsSchema>;
/** `GET /index/{name}/document`. */
export declare const documentPageSchema: z.ZodObject<{
  documents: z.ZodArray<z.ZodObject<{
    id: z.ZodString;
    source: z.ZodRecord<z.ZodString, z.ZodUnknown>;
  }, z.core.$strip>>;
  total: z.ZodInt;
  total_is_exact: z.ZodBoolean;
}, z.core.$strip>;
export type DocumentPage = z.infer<typeof documentPageSchema>;
/** Query of `GET /index/{name}/document`. */
export declare const documentQuerySchema: z.ZodObject<{
  q: z.ZodOptional<z.ZodString>;
  page_size: z.ZodDefault<z.ZodPipe<z.ZodUnion<readonly [z.ZodNumber, z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>]>, z.ZodInt>>;
}, z.core.$strict>;
export type DocumentQuery = z.input<typeof documentQuerySchema>;
/**
 * The row in Postgres now: `deleted` is listed as deleted, `removed_from_source` has that flag. `unknown`: the database
 * did not respond.
 */
export declare const rowStates: readonly ["present", "absent", "deleted", "removed_from_source", "unknown"];
export type RowState = (typeof rowStates)[number];
/**
 * Why an index has a document or not. `filtered`: its source has it, so it contains a sensitive term. `failed`:
 * OpenSearch refused it. `dropped`: its row is deleted or removed from its source. `changed_after_build`: the row was
 * written after the index was built. `not_in_catalog`: there is no such row. `unknown`: none of these is certain.
 */
export declare const documentExplanations: readonly ["in_index", "filtered", "failed", "dropped", "changed_after_build", "not_in_catalog", "unknown"];
export type DocumentExplanation = (typeof documentExplanations)[number];
/** `GET /index/{name}/document/{id}`. */
export declare const explainedDocumentSchema: z.ZodObject<{
  id: z.ZodString;
  in_index: z.ZodBoolean;
  source: z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodUnknown>>;
  row: z.ZodEnum<{
    unknown: "unknown";
    present: "present";
    absent: "absent";
    deleted: "deleted";
    removed_from_source: "removed_from_source";
  }>;
  explanation: z.ZodEnum<{
    failed: "failed";
    unknown: "unknown";
    in_index: "in_index";
    filtered: "filtered";
    dropped: "dropped";
    changed_after_build: "changed_after_build";
    not_in_catalog: "not_in_catalog";
  }>;
  detail: z.ZodString;
  failed_document: z.ZodNullable<z.ZodObject<{
    id: z.ZodString;
    status: z.ZodInt;
    reason: z.ZodString;
    body: z.ZodString;
    body_bytes: z.ZodInt;
    body_truncated: z.ZodBoolean;
    failed_at: z.ZodISODateTime;
    resolved_at: z.ZodNullable<z.ZodISODateTime>;
  }, z.core.$strip>>;
}, z.core.$strip>;
export type ExplainedDocument = z.infer<typeof explainedDocumentSchema>;
/** An index of a model, as `GET /index/{name}` shows it. */
export declare const indexSchema: z.ZodObject<{
  name: z.ZodString;
  uuid: z.ZodString;
  model: z.ZodString;
  suffix: z.ZodString;
  filtered: z.ZodBoolean;
  aliases: z.ZodArray<z.ZodString>;
  state: z.ZodEnum<{
    open: "open";
    closed: "closed";
  }>;
  documents: z.ZodInt;
  documents_from: z.ZodEnum<{
    index: "index";
    unknown: "unknown";
    record: "record";
  }>;
  bytes: z.ZodInt;
  health: z.ZodEnum<{
    green: "green";
    yellow: "yellow";
    red: "red";
  }>;
  created_at: z.ZodISODateTime;
  task_id: z.ZodNullable<z.ZodUUID>;
  verified: z.ZodBoolean;
  verified_at: z.ZodNullable<z.ZodISODateTime>;
  as_of: z.ZodNullable<z.ZodISODateTime>;
  filtered_from: z.ZodNullable<z.ZodString>;
  terms_hash: z.ZodNullable<z.ZodString>;
  reserved_by: z.ZodNullable<z.ZodUUID>;
}, z.core.$strip>;
export type Index = z.infer<typeof indexSchema>;
/** `GET /index`: newest first for each model. */
export declare const indexListSchema: z.ZodObject<{
  models: z.ZodArray<z.ZodObject<{
    model: z.ZodString;
    freshness_target_seconds: z.ZodNullable<z.ZodInt>;
    aliases: z.ZodArray<z.ZodObject<{
      alias: z.ZodString;
      indices: z.ZodArray<z.ZodString>;
      previous: z.ZodNullable<z.ZodString>;
      moved_at: z.ZodNullable<z.ZodISODateTime>;
      task_id: z.ZodNullable<z.ZodUUID>;
    }, z.core.$strip>>;
    indices: z.ZodArray<z.ZodObject<{
      name: z.ZodString;
      uuid: z.ZodString;
      model: z.ZodString;
      suffix: z.ZodString;
      filtered: z.ZodBoolean;
      aliases: z.ZodArray<z.ZodString>;
      state: z.ZodEnum<{
        open: "open";
        closed: "closed";
      }>;
      documents: z.ZodInt;
      documents_from: z.ZodEnum<{
        index: "index";
        unknown: "unknown";
        record: "record";
      }>;
      bytes: z.ZodInt;
      health: z.ZodEnum<{
        green: "green";
        yellow: "yellow";
        red: "red";
      }>;
      created_at: z.ZodISODateTime;
      task_id: z.ZodNullable<z.ZodUUID>;
      verified: z.ZodBoolean;
      verified_at: z.ZodNullable<z.ZodISODateTime>;
      as_of: z.ZodNullable<z.ZodISODateTime>;
      filtered_from: z.ZodNullable<z.ZodString>;
      terms_hash: z.ZodNullable<z.ZodString>;
      reserved_by: z.ZodNullable<z.ZodUUID>;
    }, z.core.$strip>>;
  }, z.core.$strip>>;
}, z.core.$strip>;
export type IndexList = z.infer<typeof indexListSchema>;
/** `GET /stat/{name}`, kept for clients of a Python ingestion server. */
export declare const statSchema: z.ZodObject<{
  exists: z.ZodBoolean;
  is_alias: z.ZodNullable<z.ZodBoolean>;
  alt_names: z.ZodNullable<z.ZodArray<z.ZodString>>;
}, z.core.$strip>;
export type Stat = z.infer<typeof statSchema>;
/** OpenSearch refuses longer index names (create index API, "index naming restrictions"). */
export declare const maxIndexNameBytes = 255;
/** End of the name of a filtered index, and of the alias of filtered indices. */
export declare const filteredEnding = "-filtered";
/** The default alias of a model, and the one for its filtered index. */
export declare function modelAliases(model: string): string[];
/** `<model>-<suffix>-filtered`, such as `image-20231106-filtered`. Does not check the suffix. */
export declare function filteredIndexName(model: string, suffix: string): string;
/** `<model>-<suffix>`, such as `image-20231106`. Does not check the suffix: see `indexSuffixSchema`. */
export declare function indexName(model: string, suffix: string): string;
/**
 * Whether an index or alias could have the name, including one created elsewhere: nothing that OpenSearch parses as a
 * wildcard, a list, an exclusion, a system index or part of a path (create index API, "index naming restrictions").
 */
export declare function isIndexName(name: string): boolean;
/** The end of the name of a task's write alias; its group is the task's id. */
export declare const writeAliasEnding: RegExp;
/** A suffix of any index of a model, including a filtered one. */
export declare const indexSuffixSchema: z.ZodString;
/** A suffix of an unfiltered index: it must not look like the name of a filtered one. */
export declare const unfilteredSuffixSchema: z.ZodString;
/** A whole number, or decimal digits as in a query, where `0x10` and `1e2` are not accepted. */
export declare function wholeParameter(range: {
  min: number;
  max: number;
  default: number;
}): z.ZodDefault<z.ZodPipe<z.ZodUnion<readonly [z.ZodNumber, z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>]>, z.ZodInt>>;
/** Entries per page. */
export declare const pageSizeSchema: z.ZodDefault<z.ZodPipe<z.ZodUnion<readonly [z.ZodNumber, z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>]>, z.ZodInt>>;
/** One error in a body; `pointer` is a JSON pointer (RFC 6901), '' for the body itself. */
export declare const inputErrorSchema: z.ZodObject<{
  pointer: z.ZodString;
  detail: z.ZodString;
}, z.core.$strip>;
export type InputError = z.infer<typeof inputErrorSchema>;
/** An error on the wire: application/problem+json (RFC 9457) with a stable `code`. */
export declare const problemSchema: z.ZodObject<{
  type: z.ZodString;
  title: z.ZodString;
  status: z.ZodInt;
  detail: z.ZodString;
  code: z.ZodString;
  request_id: z.ZodOptional<z.ZodString>;
  errors: z.ZodOptional<z.ZodArray<z.ZodObject<{
    pointer: z.ZodString;
    detail: z.ZodString;
  }, z.core.$strip>>>;
  task_id: z.ZodOptional<z.ZodString>;
  index: z.ZodOptional<z.ZodString>;
}, z.core.$loose>;
export type Problem = z.infer<typeof problemSchema>;
/** Why a task failed. Stored with the task, so it has no status or request of its own. */
export declare const taskErrorSchema: z.ZodObject<{
  code: z.ZodString;
  title: z.ZodString;
  detail: z.ZodString;
}, z.core.$loose>;
export type TaskError = z.infer<typeof taskErrorSchema>;
/** URL of the webhook for an ended task; the server's configuration restricts its hosts. */
export declare const callbackUrlSchema: z.ZodString;
/** Fields of a `POST /task` body in addition to those of the action. */
export declare const submissionOptionsSchema: z.ZodObject<{
  dry_run: z.ZodOptional<z.ZodBoolean>;
  callback_url: z.ZodOptional<z.ZodString>;
}, z.core.$strict>;
export type SubmissionOptions = z.infer<typeof submissionOptionsSchema>;
/** The value of a field in a request. */
export type FieldValue<Kind extends FieldKind> = Kind extends readonly (infer Choice)[] ? Choice : Kind extends 'flag' ? boolean : Kind extends 'count' | 'share' ? number : Kind extends 'alias' | `${string}suffix` ? string : never;
type Values<Fields> = { -readonly [Field in keyof Fields]: Fields[Field] extends {
  kind: infer Kind extends FieldKind;
} ? FieldValue<Kind> : never; };
/** Clients fill in the alias. */
type RequiredOf<Fields> = { [Field in keyof Fields]: Fields[Field] extends {
  isRequired: true;
} | {
  kind: 'alias';
} ? Field : never; }[keyof Fields];
type OrUndefined<Fields> = { [Field in keyof Fields]?: Fields[Field] | undefined; };
type Flat<Type> = { [Key in keyof Type]: Type[Key]; };
type Body<Name, Fields> = Flat<{
  model: string;
  action: Name;
} & Pick<Values<Fields>, RequiredOf<Fields>> & OrUndefined<Omit<Values<Fields>, RequiredOf<Fields>>>>;
type Requests = { [Name in ActionName]: Body<Name, (typeof actionFacts)[Name]['fields']>; };
/** The body of `POST /task` for an action, with the fields of its facts. */
export type RequestOf<Name extends ActionName> = Requests[Name];
export type TaskRequest = RequestOf<ActionName>;
export type ReindexRequest = RequestOf<'REINDEX'>;
export type FilteredIndexRequest = RequestOf<'CREATE_AND_POPULATE_FILTERED_INDEX'>;
export type PointAliasRequest = RequestOf<'POINT_ALIAS'>;
export type DeleteIndexRequest = RequestOf<'DELETE_INDEX'>;
export type ParsedTaskRequest = {
  ok: true;
  request: TaskRequest;
  options: SubmissionOptions;
} | {
  ok: false;
  errors: InputError[];
};
/**
 * Creates a parser of `POST /task` bodies that reports all errors, not just the first.
 *
 * @param models names of the models that the server knows
 * @returns a function from a parsed JSON value to the request and its options, or all errors
 */
export declare function createTaskRequestParser(models: readonly string[]): (body: unknown) => ParsedTaskRequest;
/**
 * Converts an issue of zod to problem details: one error, or one for each unknown field. The text is the message of the
 * issue, which `describeIssue` should have made.
 *
 * @returns each with a JSON pointer (RFC 6901) to the field
 */
export declare function toInputErrors(issue: z.core.$ZodIssue): InputError[];
/** JSON pointer, RFC 6901: `~` and `/` inside a key are escaped. */
export declare function toPointer(path: readonly PropertyKey[]): string;
/** The title of each error code: what a problem response and the error of a task are about, in a few words. */
export declare const problemTitles: {
  readonly malformed_json: "Malformed JSON";
  readonly invalid_request: "Invalid request";
  readonly page_token: "Invalid page token";
  readonly request_aborted: "Request aborted";
  readonly unauthorized: "Missing or invalid token";
  readonly foreign_host: "Host not allowed";
  readonly foreign_origin: "Origin not allowed";
  readonly callback_forbidden: "Webhook not allowed";
  readonly scope_missing: "Insufficient scope";
  readonly not_found: "Not found";
  readonly task_not_found: "Task not found";
  readonly index_not_found: "Index not found";
  readonly model_not_found: "Model not found";
  readonly token_not_found: "Token not found";
  readonly method_not_allowed: "Method not allowed";
  readonly index_busy: "Index is in use by another task";
  readonly index_exists: "Index exists";
  readonly index_replaced: "Index was replaced";
  readonly index_unverified: "Index is not verified";
  readonly cluster_unfit: "Cluster does not meet the requirements of the index";
  readonly index_changed: "Index has changed since it was verified";
  readonly index_closed: "Index is closed";
  readonly index_differs: "Index differs from its requested definition";
  readonly index_shrank: "Index has far fewer documents";
  readonly index_unhealthy: "Index is not healthy";
  readonly index_aliased: "Index has an alias";
  readonly index_in_rollback_window: "Index is needed for a rollback";
  readonly filtered_copy_missing: "Index has no filtered copy";
  readonly unfiltered_index: "Index is not filtered";
  readonly alias_moved: "Alias was moved by another client";
  readonly alias_altered: "Alias has a filter or routing";
  readonly alias_is_index: "Alias name is used by an index";
  readonly nothing_to_roll_back: "Nothing to roll back to";
  readonly fields_missing: "Index has missing fields";
  readonly terms_missing: "List of sensitive terms not configured";
  readonly terms_empty: "List of sensitive terms is empty";
  readonly term_invalid: "Sensitive term is invalid";
  readonly filtering_failed: "Index could not be filtered";
  readonly table_not_found: "Table not found";
  readonly table_unusable: "Table cannot be indexed";
  readonly column_missing: "Missing columns";
  readonly table_replaced: "Table was replaced";
  readonly workers_lost: "Workers were lost";
  readonly documents_failed: "Documents were refused";
  readonly verification_failed: "Index differs from the database";
  readonly admin_token_needed: "At least one admin token is required";
  readonly task_state: "Not allowed in the current state of the task";
  readonly lease_lost: "Task is in progress on another worker";
  readonly idempotency_key_reused: "Idempotency key was used for another request";
  readonly body_too_large: "Body too large";
  readonly unsupported_media_type: "Unsupported media type";
  readonly unexpected_data: "Unexpected data";
  readonly internal_error: "Internal error";
  readonly action_unavailable: "Action not available";
  readonly metrics_unavailable: "Metrics not available";
  readonly search_refused: "Rejected by OpenSearch";
  readonly database_refused: "Rejected by the database";
  readonly search_unavailable: "OpenSearch unavailable";
  readonly database_unavailable: "Database unavailable";
  readonly terms_unavailable: "List of sensitive terms unavailable";
  readonly not_ready: "Not ready";
};
/** An error code that is part of the HTTP API. */
export type ProblemCode = keyof typeof problemTitles;
/** @returns the title of an error code; for a code that is not part of the HTTP API, its words */
export declare function problemTitle(code: string): string;
/** A work item of a phase, with its worker and progress. */
export declare const taskItemSchema: z.ZodObject<{
  stage: z.ZodInt;
  phase: z.ZodEnum<{
    planning: "planning";
    loading: "loading";
    catching_up: "catching_up";
    verifying: "verifying";
    mending: "mending";
    redriving: "redriving";
    restoring: "restoring";
    cloning: "cloning";
    copying: "copying";
    deleting_sensitive: "deleting_sensitive";
    expunging: "expunging";
    promoting: "promoting";
    deleting: "deleting";
    cancelling: "cancelling";
    done: "done";
  }>;
  ordinal: z.ZodInt;
  state: z.ZodEnum<{
    done: "done";
    open: "open";
    claimed: "claimed";
  }>;
  attempt: z.ZodInt;
  worker: z.ZodNullable<z.ZodString>;
  lease_until: z.ZodNullable<z.ZodISODateTime>;
  started_at: z.ZodNullable<z.ZodISODateTime>;
  done_at: z.ZodNullable<z.ZodISODateTime>;
  range: z.ZodNullable<z.ZodObject<{
    after: z.ZodNullable<z.ZodUnion<readonly [z.ZodInt, z.ZodString]>>;
    end: z.ZodNullable<z.ZodUnion<readonly [z.ZodInt, z.ZodString]>>;
  }, z.core.$strip>>;
  done_up_to: z.ZodNullable<z.ZodUnion<readonly [z.ZodInt, z.ZodString]>>;
}, z.core.$strip>;
export type TaskItem = z.infer<typeof taskItemSchema>;
export declare const taskItemPageSchema: z.ZodObject<{
  items: z.ZodArray<z.ZodObject<{
    stage: z.ZodInt;
    phase: z.ZodEnum<{
      planning: "planning";
      loading: "loading";
      catching_up: "catching_up";
      verifying: "verifying";
      mending: "mending";
      redriving: "redriving";
      restoring: "restoring";
      cloning: "cloning";
      copying: "copying";
      deleting_sensitive: "deleting_sensitive";
      expunging: "expunging";
      promoting: "promoting";
      deleting: "deleting";
      cancelling: "cancelling";
      done: "done";
    }>;
    ordinal: z.ZodInt;
    state: z.ZodEnum<{
      done: "done";
      open: "open";
      claimed: "claimed";
    }>;
    attempt: z.ZodInt;
    worker: z.ZodNullable<z.ZodString>;
    lease_until: z.ZodNullable<z.ZodISODateTime>;
    started_at: z.ZodNullable<z.ZodISODateTime>;
    done_at: z.ZodNullable<z.ZodISODateTime>;
    range: z.ZodNullable<z.ZodObject<{
      after: z.ZodNullable<z.ZodUnion<readonly [z.ZodInt, z.ZodString]>>;
      end: z.ZodNullable<z.ZodUnion<readonly [z.ZodInt, z.ZodString]>>;
    }, z.core.$strip>>;
    done_up_to: z.ZodNullable<z.ZodUnion<readonly [z.ZodInt, z.ZodString]>>;
  }, z.core.$strip>>;
  next_page_token: z.ZodNullable<z.ZodString>;
}, z.core.$strip>;
export type TaskItemPage = z.infer<typeof taskItemPageSchema>;
/** Maximum number of parts of a stage in a summary of its items. */
export declare const maxItemParts = 120;
/** Consecutive items of a stage, as one. */
export declare const taskItemPartSchema: z.ZodObject<{
  items: z.ZodInt;
  done: z.ZodInt;
  claimed: z.ZodInt;
  repeated: z.ZodInt;
  started_at: z.ZodNullable<z.ZodISODateTime>;
  finished_at: z.ZodNullable<z.ZodISODateTime>;
  first: z.ZodInt;
  range: z.ZodNullable<z.ZodObject<{
    after: z.ZodNullable<z.ZodUnion<readonly [z.ZodInt, z.ZodString]>>;
    end: z.ZodNullable<z.ZodUnion<readonly [z.ZodInt, z.ZodString]>>;
  }, z.core.$strip>>;
  share: z.ZodNumber;
}, z.core.$strip>;
export type TaskItemPart = z.infer<typeof taskItemPartSchema>;
/** `GET /task/{id}/items/summary`: the items of each stage in at most `maxItemParts` parts, by ordinal. */
export declare const taskItemSummarySchema: z.ZodObject<{
  stages: z.ZodArray<z.ZodObject<{
    items: z.ZodInt;
    done: z.ZodInt;
    claimed: z.ZodInt;
    repeated: z.ZodInt;
    started_at: z.ZodNullable<z.ZodISODateTime>;
    finished_at: z.ZodNullable<z.ZodISODateTime>;
    stage: z.ZodInt;
    phase: z.ZodEnum<{
      planning: "planning";
      loading: "loading";
      catching_up: "catching_up";
      verifying: "verifying";
      mending: "mending";
      redriving: "redriving";
      restoring: "restoring";
      cloning: "cloning";
      copying: "copying";
      deleting_sensitive: "deleting_sensitive";
      expunging: "expunging";
      promoting: "promoting";
      deleting: "deleting";
      cancelling: "cancelling";
      done: "done";
    }>;
    parts: z.ZodArray<z.ZodObject<{
      items: z.ZodInt;
      done: z.ZodInt;
      claimed: z.ZodInt;
      repeated: z.ZodInt;
      started_at: z.ZodNullable<z.ZodISODateTime>;
      finished_at: z.ZodNullable<z.ZodISODateTime>;
      first: z.ZodInt;
      range: z.ZodNullable<z.ZodObject<{
        after: z.ZodNullable<z.ZodUnion<readonly [z.ZodInt, z.ZodString]>>;
        end: z.ZodNullable<z.ZodUnion<readonly [z.ZodInt, z.ZodString]>>;
      }, z.core.$strip>>;
      share: z.ZodNumber;
    }, z.core.$strip>>;
  }, z.core.$strip>>;
}, z.core.$strip>;
export type TaskItemSummary = z.infer<typeof taskItemSummarySchema>;
/**
 * Documents accounted for in the `seconds` that started at `at`. Those of one save count for the time since the save
 * before it, at most `seconds`, or longer if the task's limit requires that; so an interval without documents is absent.
 */
export declare const taskRateSchema: z.ZodObject<{
  at: z.ZodISODateTime;
  seconds: z.ZodNumber;
  documents: z.ZodInt;
  bound_by: z.ZodNullable<z.ZodEnum<{
    opensearch: "opensearch";
    reading: "reading";
    converting: "converting";
    limit: "limit";
  }>>;
}, z.core.$strip>;
export declare const taskRatesSchema: z.ZodObject<{
  rates: z.ZodArray<z.ZodObject<{
    at: z.ZodISODateTime;
    seconds: z.ZodNumber;
    documents: z.ZodInt;
    bound_by: z.ZodNullable<z.ZodEnum<{
      opensearch: "opensearch";
      reading: "reading";
      converting: "converting";
      limit: "limit";
    }>>;
  }, z.core.$strip>>;
}, z.core.$strip>;
export type TaskRates = z.infer<typeof taskRatesSchema>;
/** Maximum number of reasons in a summary of failed documents, and of examples and ids of each. */
export declare const maxFailedReasons = 20;
export declare const maxReasonExamples = 2;
export declare const maxReasonIds = 20;
/** `GET /task/{id}/failed_documents/summary`: the reasons, most frequent first, apart from values and numbers in them. */
export declare const failedDocumentSummarySchema: z.ZodObject<{
  documents: z.ZodInt;
  unresolved: z.ZodInt;
  reason_count: z.ZodInt;
  reasons: z.ZodArray<z.ZodObject<{
    status: z.ZodInt;
    documents: z.ZodInt;
    unresolved: z.ZodInt;
    ids: z.ZodArray<z.ZodString>;
    examples: z.ZodArray<z.ZodObject<{
      id: z.ZodString;
      status: z.ZodInt;
      reason: z.ZodString;
      body: z.ZodString;
      body_bytes: z.ZodInt;
      body_truncated: z.ZodBoolean;
      failed_at: z.ZodISODateTime;
      resolved_at: z.ZodNullable<z.ZodISODateTime>;
    }, z.core.$strip>>;
  }, z.core.$strip>>;
}, z.core.$strip>;
export type FailedDocumentSummary = z.infer<typeof failedDocumentSummarySchema>;
/**
 * `none`: the task has no `callback_url`. `pending`: it has not ended, or the first try is due. `retrying`: tries
 * failed, and another one follows. `delivered`: the response was 2xx. `declined`: the response was 410, which stops the
 * tries. `refused`: this server may no longer send to this host. `failed`: all tries failed. `forgotten`: the task
 * ended more than a week ago, and the result is no longer stored.
 */
export declare const callbackStates: readonly ["none", "pending", "retrying", "delivered", "declined", "refused", "failed", "forgotten"];
/** `GET /task/{id}/callback`: the delivery of the webhook to `callback_url`, which is sent when the task has ended. */
export declare const taskCallbackSchema: z.ZodObject<{
  url: z.ZodNullable<z.ZodString>;
  state: z.ZodEnum<{
    failed: "failed";
    none: "none";
    pending: "pending";
    retrying: "retrying";
    delivered: "delivered";
    declined: "declined";
    refused: "refused";
    forgotten: "forgotten";
  }>;
  tries: z.ZodInt;
  last_try_at: z.ZodNullable<z.ZodISODateTime>;
  answer_status: z.ZodNullable<z.ZodInt>;
  error: z.ZodNullable<z.ZodString>;
  next_try_at: z.ZodNullable<z.ZodISODateTime>;
}, z.core.$strip>;
export type TaskCallback = z.infer<typeof taskCallbackSchema>;
/** Body of `POST /task/{id}/cancel`; may be empty. */
export declare const cancelRequestSchema: z.ZodObject<{
  keep_index: z.ZodOptional<z.ZodBoolean>;
}, z.core.$strict>;
export type CancelRequest = z.infer<typeof cancelRequestSchema>;
/** Body of `PATCH /task/{id}`; null removes a limit, and an absent field leaves it unchanged. */
export declare const taskLimitsPatchSchema: z.ZodObject<{
  documents_per_second: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
  in_flight: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
}, z.core.$strict>;
export type TaskLimitsPatch = z.infer<typeof taskLimitsPatchSchema>;
/** Types of task events. `progress` is not stored: it is a snapshot of the task. */
export declare const taskEventTypes: readonly ["created", "started", "phase", "waiting", "resumed", "limits_changed", "cancel_requested", "retried", "succeeded", "failed", "cancelled"];
export type TaskEventType = (typeof taskEventTypes)[number];
/** One entry of a task's history. `id` increases over all tasks. */
export declare const taskEventSchema: z.ZodObject<{
  id: z.ZodInt;
  type: z.ZodEnum<{
    succeeded: "succeeded";
    failed: "failed";
    cancelled: "cancelled";
    phase: "phase";
    waiting: "waiting";
    created: "created";
    started: "started";
    resumed: "resumed";
    limits_changed: "limits_changed";
    cancel_requested: "cancel_requested";
    retried: "retried";
  }>;
  at: z.ZodISODateTime;
  phase: z.ZodEnum<{
    planning: "planning";
    loading: "loading";
    catching_up: "catching_up";
    verifying: "verifying";
    mending: "mending";
    redriving: "redriving";
    restoring: "restoring";
    cloning: "cloning";
    copying: "copying";
    deleting_sensitive: "deleting_sensitive";
    expunging: "expunging";
    promoting: "promoting";
    deleting: "deleting";
    cancelling: "cancelling";
    done: "done";
  }>;
  attempt: z.ZodInt;
  data: z.ZodRecord<z.ZodString, z.ZodUnknown>;
}, z.core.$strip>;
export type TaskEvent = z.infer<typeof taskEventSchema>;
/**
 * Events of `GET /task/{id}/events`: `event: <type>` with a stored event and its id, or `event: progress` without an id
 * and with the whole task. The stream ends after the event that ended the task.
 */
export declare const taskStreamSchema: z.ZodUnion<readonly [z.ZodObject<{
  id: z.ZodInt;
  type: z.ZodEnum<{
    succeeded: "succeeded";
    failed: "failed";
    cancelled: "cancelled";
    phase: "phase";
    waiting: "waiting";
    created: "created";
    started: "started";
    resumed: "resumed";
    limits_changed: "limits_changed";
    cancel_requested: "cancel_requested";
    retried: "retried";
  }>;
  at: z.ZodISODateTime;
  phase: z.ZodEnum<{
    planning: "planning";
    loading: "loading";
    catching_up: "catching_up";
    verifying: "verifying";
    mending: "mending";
    redriving: "redriving";
    restoring: "restoring";
    cloning: "cloning";
    copying: "copying";
    deleting_sensitive: "deleting_sensitive";
    expunging: "expunging";
    promoting: "promoting";
    deleting: "deleting";
    cancelling: "cancelling";
    done: "done";
  }>;
  attempt: z.ZodInt;
  data: z.ZodRecord<z.ZodString, z.ZodUnknown>;
}, z.core.$strip>, z.ZodObject<{
  task_id: z.ZodUUID;
  model: z.ZodString;
  action: z.ZodEnum<{
    REINDEX: "REINDEX";
    CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
    POINT_ALIAS: "POINT_ALIAS";
    DELETE_INDEX: "DELETE_INDEX";
  }>;
  status: z.ZodEnum<{
    queued: "queued";
    running: "running";
    succeeded: "succeeded";
    failed: "failed";
    cancelled: "cancelled";
  }>;
  active: z.ZodBoolean;
  progress: z.ZodInt;
  phase: z.ZodEnum<{
    planning: "planning";
    loading: "loading";
    catching_up: "catching_up";
    verifying: "verifying";
    mending: "mending";
    redriving: "redriving";
    restoring: "restoring";
    cloning: "cloning";
    copying: "copying";
    deleting_sensitive: "deleting_sensitive";
    expunging: "expunging";
    promoting: "promoting";
    deleting: "deleting";
    cancelling: "cancelling";
    done: "done";
  }>;
  index: z.ZodNullable<z.ZodString>;
  counts: z.ZodObject<{
    read: z.ZodInt;
    indexed: z.ZodInt;
    dropped: z.ZodObject<{
      deleted: z.ZodInt;
      removed_from_source: z.ZodInt;
      sensitive: z.ZodOptional<z.ZodInt>;
    }, z.core.$strip>;
    failed: z.ZodInt;
    planned: z.ZodNullable<z.ZodInt>;
    left_out: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodInt>>;
  }, z.core.$strip>;
  catch_up: z.ZodObject<{
    indexed: z.ZodInt;
    deleted: z.ZodInt;
    failed: z.ZodInt;
  }, z.core.$strip>;
  documents: z.ZodNullable<z.ZodInt>;
  rate: z.ZodNullable<z.ZodNumber>;
  eta_seconds: z.ZodNullable<z.ZodInt>;
  attempt: z.ZodInt;
  waiting: z.ZodNullable<z.ZodObject<{
    for: z.ZodEnum<{
      opensearch: "opensearch";
      postgres: "postgres";
    }>;
    reason: z.ZodString;
    since: z.ZodISODateTime;
    next_attempt_at: z.ZodISODateTime;
  }, z.core.$strip>>;
  limits: z.ZodObject<{
    documents_per_second: z.ZodNullable<z.ZodInt>;
    in_flight: z.ZodNullable<z.ZodInt>;
  }, z.core.$strip>;
  bound_by: z.ZodNullable<z.ZodEnum<{
    opensearch: "opensearch";
    reading: "reading";
    converting: "converting";
    limit: "limit";
  }>>;
  request: z.ZodRecord<z.ZodString, z.ZodUnknown>;
  requested_by: z.ZodNullable<z.ZodString>;
  created_at: z.ZodISODateTime;
  started_at: z.ZodNullable<z.ZodISODateTime>;
  finished_at: z.ZodNullable<z.ZodISODateTime>;
  as_of: z.ZodNullable<z.ZodISODateTime>;
  cancel_requested_at: z.ZodNullable<z.ZodISODateTime>;
  error: z.ZodNullable<z.ZodObject<{
    code: z.ZodString;
    title: z.ZodString;
    detail: z.ZodString;
  }, z.core.$loose>>;
  result: z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodUnknown>>;
  links: z.ZodObject<{
    self: z.ZodString;
    events: z.ZodString;
    items: z.ZodString;
    rates: z.ZodString;
    failed_documents: z.ZodString;
    cancel: z.ZodString;
    retry: z.ZodString;
  }, z.core.$strip>;
}, z.core.$strip>]>;
export declare const taskEventPageSchema: z.ZodObject<{
  events: z.ZodArray<z.ZodObject<{
    id: z.ZodInt;
    type: z.ZodEnum<{
      succeeded: "succeeded";
      failed: "failed";
      cancelled: "cancelled";
      phase: "phase";
      waiting: "waiting";
      created: "created";
      started: "started";
      resumed: "resumed";
      limits_changed: "limits_changed";
      cancel_requested: "cancel_requested";
      retried: "retried";
    }>;
    at: z.ZodISODateTime;
    phase: z.ZodEnum<{
      planning: "planning";
      loading: "loading";
      catching_up: "catching_up";
      verifying: "verifying";
      mending: "mending";
      redriving: "redriving";
      restoring: "restoring";
      cloning: "cloning";
      copying: "copying";
      deleting_sensitive: "deleting_sensitive";
      expunging: "expunging";
      promoting: "promoting";
      deleting: "deleting";
      cancelling: "cancelling";
      done: "done";
    }>;
    attempt: z.ZodInt;
    data: z.ZodRecord<z.ZodString, z.ZodUnknown>;
  }, z.core.$strip>>;
  next_page_token: z.ZodNullable<z.ZodString>;
}, z.core.$strip>;
export type TaskEventPage = z.infer<typeof taskEventPageSchema>;
/** A condition of the cluster that the task depends on. A condition that can't be checked is `unknown`, never `ok`. */
export declare const planCheckSchema: z.ZodObject<{
  check: z.ZodString;
  status: z.ZodEnum<{
    failed: "failed";
    unknown: "unknown";
    ok: "ok";
  }>;
  detail: z.ZodString;
}, z.core.$strip>;
export type PlanCheck = z.infer<typeof planCheckSchema>;
/** The move of an alias: what it serves now, and what it would serve. */
export declare const planMoveSchema: z.ZodObject<{
  alias: z.ZodString;
  from: z.ZodArray<z.ZodObject<{
    index: z.ZodString;
    documents: z.ZodNullable<z.ZodInt>;
  }, z.core.$strip>>;
  to: z.ZodObject<{
    index: z.ZodString;
    documents: z.ZodNullable<z.ZodInt>;
  }, z.core.$strip>;
}, z.core.$strip>;
export type PlanMove = z.infer<typeof planMoveSchema>;
/** A reason to refuse the task that a field of the request allows. */
export declare const planExceptionSchema: z.ZodObject<{
  allowed_by: z.ZodString;
  alias: z.ZodString;
  code: z.ZodString;
  detail: z.ZodString;
}, z.core.$loose>;
export type PlanException = z.infer<typeof planExceptionSchema>;
/** Response of a dry run: what the task would do, and what prevents it. Nothing is changed or reserved. */
export declare const taskPlanSchema: z.ZodObject<{
  dry_run: z.ZodLiteral<true>;
  model: z.ZodString;
  action: z.ZodEnum<{
    REINDEX: "REINDEX";
    CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
    POINT_ALIAS: "POINT_ALIAS";
    DELETE_INDEX: "DELETE_INDEX";
  }>;
  index: z.ZodString;
  request: z.ZodRecord<z.ZodString, z.ZodUnknown>;
  rows: z.ZodNullable<z.ZodInt>;
  documents: z.ZodNullable<z.ZodInt>;
  bytes: z.ZodNullable<z.ZodInt>;
  seconds: z.ZodNullable<z.ZodInt>;
  shards: z.ZodNullable<z.ZodInt>;
  replicas: z.ZodNullable<z.ZodInt>;
  disk: z.ZodNullable<z.ZodObject<{
    needed_bytes: z.ZodInt;
    free_bytes: z.ZodInt;
  }, z.core.$strip>>;
  catch_up_by: z.ZodNullable<z.ZodEnum<{
    none: "none";
    transaction_id: "transaction_id";
    change_column: "change_column";
  }>>;
  aliases: z.ZodArray<z.ZodObject<{
    alias: z.ZodString;
    indices: z.ZodArray<z.ZodString>;
  }, z.core.$strip>>;
  moves: z.ZodArray<z.ZodObject<{
    alias: z.ZodString;
    from: z.ZodArray<z.ZodObject<{
      index: z.ZodString;
      documents: z.ZodNullable<z.ZodInt>;
    }, z.core.$strip>>;
    to: z.ZodObject<{
      index: z.ZodString;
      documents: z.ZodNullable<z.ZodInt>;
    }, z.core.$strip>;
  }, z.core.$strip>>;
  exceptions: z.ZodArray<z.ZodObject<{
    allowed_by: z.ZodString;
    alias: z.ZodString;
    code: z.ZodString;
    detail: z.ZodString;
  }, z.core.$loose>>;
  refusals: z.ZodArray<z.ZodObject<{
    code: z.ZodString;
    detail: z.ZodString;
    task_id: z.ZodOptional<z.ZodString>;
  }, z.core.$loose>>;
  checks: z.ZodArray<z.ZodObject<{
    check: z.ZodString;
    status: z.ZodEnum<{
      failed: "failed";
      unknown: "unknown";
      ok: "ok";
    }>;
    detail: z.ZodString;
  }, z.core.$strip>>;
  warnings: z.ZodArray<z.ZodString>;
}, z.core.$strip>;
export type TaskPlan = z.infer<typeof taskPlanSchema>;
type RequestSchema<Name extends ActionName> = z.ZodObject<{ [Field in keyof RequestOf<Name>]-?: z.ZodType<RequestOf<Name>[Field]>; }>;
/**
 * The schemas of `POST /task` bodies, one per action, with the fields of its facts. Unknown fields are refused.
 *
 * @param models names of the models that the server knows, such as `image`
 */
export declare function createTaskRequestSchemas(models: readonly string[]): { [Name in ActionName]: RequestSchema<Name>; };
/** Maximum number of failed documents stored per task; with one more it fails at once. */
export declare const maxFailedDocuments = 10000;
export declare const taskStatuses: readonly ["queued", "running", "succeeded", "failed", "cancelled"];
export type TaskStatus = (typeof taskStatuses)[number];
/**
 * Rows by result: read = indexed + dropped + failed at any time. `failed` counts rows with unresolved failed documents,
 * from any phase; a row that is written later counts as indexed from then on. Once verification has passed, these are
 * the numbers of the verified index: `indexed` equals `documents`.
 */
export declare const countsSchema: z.ZodObject<{
  read: z.ZodInt;
  indexed: z.ZodInt;
  dropped: z.ZodObject<{
    deleted: z.ZodInt;
    removed_from_source: z.ZodInt;
    sensitive: z.ZodOptional<z.ZodInt>;
  }, z.core.$strip>;
  failed: z.ZodInt;
}, z.core.$strip>;
export type Counts = z.infer<typeof countsSchema>;
/** Present while the task waits for an unavailable service; it retries by itself. */
export declare const waitingSchema: z.ZodObject<{
  for: z.ZodEnum<{
    opensearch: "opensearch";
    postgres: "postgres";
  }>;
  reason: z.ZodString;
  since: z.ZodISODateTime;
  next_attempt_at: z.ZodISODateTime;
}, z.core.$strip>;
export type Waiting = z.infer<typeof waitingSchema>;
export declare const taskLimitsSchema: z.ZodObject<{
  documents_per_second: z.ZodNullable<z.ZodInt>;
  in_flight: z.ZodNullable<z.ZodInt>;
}, z.core.$strip>;
/** The bottleneck of a load. */
export declare const boundBy: readonly ["reading", "converting", "opensearch", "limit"];
export type BoundBy = (typeof boundBy)[number];
/** `GET /task/{id}`. Times are RFC 3339 in UTC; `rate` is rows per second over the load so far. */
export declare const taskSchema: z.ZodObject<{
  task_id: z.ZodUUID;
  model: z.ZodString;
  action: z.ZodEnum<{
    REINDEX: "REINDEX";
    CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
    POINT_ALIAS: "POINT_ALIAS";
    DELETE_INDEX: "DELETE_INDEX";
  }>;
  status: z.ZodEnum<{
    queued: "queued";
    running: "running";
    succeeded: "succeeded";
    failed: "failed";
    cancelled: "cancelled";
  }>;
  active: z.ZodBoolean;
  progress: z.ZodInt;
  phase: z.ZodEnum<{
    planning: "planning";
    loading: "loading";
    catching_up: "catching_up";
    verifying: "verifying";
    mending: "mending";
    redriving: "redriving";
    restoring: "restoring";
    cloning: "cloning";
    copying: "copying";
    deleting_sensitive: "deleting_sensitive";
    expunging: "expunging";
    promoting: "promoting";
    deleting: "deleting";
    cancelling: "cancelling";
    done: "done";
  }>;
  index: z.ZodNullable<z.ZodString>;
  counts: z.ZodObject<{
    read: z.ZodInt;
    indexed: z.ZodInt;
    dropped: z.ZodObject<{
      deleted: z.ZodInt;
      removed_from_source: z.ZodInt;
      sensitive: z.ZodOptional<z.ZodInt>;
    }, z.core.$strip>;
    failed: z.ZodInt;
    planned: z.ZodNullable<z.ZodInt>;
    left_out: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodInt>>;
  }, z.core.$strip>;
  catch_up: z.ZodObject<{
    indexed: z.ZodInt;
    deleted: z.ZodInt;
    failed: z.ZodInt;
  }, z.core.$strip>;
  documents: z.ZodNullable<z.ZodInt>;
  rate: z.ZodNullable<z.ZodNumber>;
  eta_seconds: z.ZodNullable<z.ZodInt>;
  attempt: z.ZodInt;
  waiting: z.ZodNullable<z.ZodObject<{
    for: z.ZodEnum<{
      opensearch: "opensearch";
      postgres: "postgres";
    }>;
    reason: z.ZodString;
    since: z.ZodISODateTime;
    next_attempt_at: z.ZodISODateTime;
  }, z.core.$strip>>;
  limits: z.ZodObject<{
    documents_per_second: z.ZodNullable<z.ZodInt>;
    in_flight: z.ZodNullable<z.ZodInt>;
  }, z.core.$strip>;
  bound_by: z.ZodNullable<z.ZodEnum<{
    opensearch: "opensearch";
    reading: "reading";
    converting: "converting";
    limit: "limit";
  }>>;
  request: z.ZodRecord<z.ZodString, z.ZodUnknown>;
  requested_by: z.ZodNullable<z.ZodString>;
  created_at: z.ZodISODateTime;
  started_at: z.ZodNullable<z.ZodISODateTime>;
  finished_at: z.ZodNullable<z.ZodISODateTime>;
  as_of: z.ZodNullable<z.ZodISODateTime>;
  cancel_requested_at: z.ZodNullable<z.ZodISODateTime>;
  error: z.ZodNullable<z.ZodObject<{
    code: z.ZodString;
    title: z.ZodString;
    detail: z.ZodString;
  }, z.core.$loose>>;
  result: z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodUnknown>>;
  links: z.ZodObject<{
    self: z.ZodString;
    events: z.ZodString;
    items: z.ZodString;
    rates: z.ZodString;
    failed_documents: z.ZodString;
    cancel: z.ZodString;
    retry: z.ZodString;
  }, z.core.$strip>;
}, z.core.$strip>;
export type Task = z.infer<typeof taskSchema>;
/** Response of `POST /task`. */
export declare const scheduledTaskSchema: z.ZodObject<{
  message: z.ZodString;
  task_id: z.ZodUUID;
  status_check: z.ZodString;
  task: z.ZodObject<{
    task_id: z.ZodUUID;
    model: z.ZodString;
    action: z.ZodEnum<{
      REINDEX: "REINDEX";
      CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
      POINT_ALIAS: "POINT_ALIAS";
      DELETE_INDEX: "DELETE_INDEX";
    }>;
    status: z.ZodEnum<{
      queued: "queued";
      running: "running";
      succeeded: "succeeded";
      failed: "failed";
      cancelled: "cancelled";
    }>;
    active: z.ZodBoolean;
    progress: z.ZodInt;
    phase: z.ZodEnum<{
      planning: "planning";
      loading: "loading";
      catching_up: "catching_up";
      verifying: "verifying";
      mending: "mending";
      redriving: "redriving";
      restoring: "restoring";
      cloning: "cloning";
      copying: "copying";
      deleting_sensitive: "deleting_sensitive";
      expunging: "expunging";
      promoting: "promoting";
      deleting: "deleting";
      cancelling: "cancelling";
      done: "done";
    }>;
    index: z.ZodNullable<z.ZodString>;
    counts: z.ZodObject<{
      read: z.ZodInt;
      indexed: z.ZodInt;
      dropped: z.ZodObject<{
        deleted: z.ZodInt;
        removed_from_source: z.ZodInt;
        sensitive: z.ZodOptional<z.ZodInt>;
      }, z.core.$strip>;
      failed: z.ZodInt;
      planned: z.ZodNullable<z.ZodInt>;
      left_out: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodInt>>;
    }, z.core.$strip>;
    catch_up: z.ZodObject<{
      indexed: z.ZodInt;
      deleted: z.ZodInt;
      failed: z.ZodInt;
    }, z.core.$strip>;
    documents: z.ZodNullable<z.ZodInt>;
    rate: z.ZodNullable<z.ZodNumber>;
    eta_seconds: z.ZodNullable<z.ZodInt>;
    attempt: z.ZodInt;
    waiting: z.ZodNullable<z.ZodObject<{
      for: z.ZodEnum<{
        opensearch: "opensearch";
        postgres: "postgres";
      }>;
      reason: z.ZodString;
      since: z.ZodISODateTime;
      next_attempt_at: z.ZodISODateTime;
    }, z.core.$strip>>;
    limits: z.ZodObject<{
      documents_per_second: z.ZodNullable<z.ZodInt>;
      in_flight: z.ZodNullable<z.ZodInt>;
    }, z.core.$strip>;
    bound_by: z.ZodNullable<z.ZodEnum<{
      opensearch: "opensearch";
      reading: "reading";
      converting: "converting";
      limit: "limit";
    }>>;
    request: z.ZodRecord<z.ZodString, z.ZodUnknown>;
    requested_by: z.ZodNullable<z.ZodString>;
    created_at: z.ZodISODateTime;
    started_at: z.ZodNullable<z.ZodISODateTime>;
    finished_at: z.ZodNullable<z.ZodISODateTime>;
    as_of: z.ZodNullable<z.ZodISODateTime>;
    cancel_requested_at: z.ZodNullable<z.ZodISODateTime>;
    error: z.ZodNullable<z.ZodObject<{
      code: z.ZodString;
      title: z.ZodString;
      detail: z.ZodString;
    }, z.core.$loose>>;
    result: z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodUnknown>>;
    links: z.ZodObject<{
      self: z.ZodString;
      events: z.ZodString;
      items: z.ZodString;
      rates: z.ZodString;
      failed_documents: z.ZodString;
      cancel: z.ZodString;
      retry: z.ZodString;
    }, z.core.$strip>;
  }, z.core.$strip>;
}, z.core.$strip>;
export type ScheduledTask = z.infer<typeof scheduledTaskSchema>;
export declare const taskPageSchema: z.ZodObject<{
  tasks: z.ZodArray<z.ZodObject<{
    task_id: z.ZodUUID;
    model: z.ZodString;
    action: z.ZodEnum<{
      REINDEX: "REINDEX";
      CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
      POINT_ALIAS: "POINT_ALIAS";
      DELETE_INDEX: "DELETE_INDEX";
    }>;
    status: z.ZodEnum<{
      queued: "queued";
      running: "running";
      succeeded: "succeeded";
      failed: "failed";
      cancelled: "cancelled";
    }>;
    active: z.ZodBoolean;
    progress: z.ZodInt;
    phase: z.ZodEnum<{
      planning: "planning";
      loading: "loading";
      catching_up: "catching_up";
      verifying: "verifying";
      mending: "mending";
      redriving: "redriving";
      restoring: "restoring";
      cloning: "cloning";
      copying: "copying";
      deleting_sensitive: "deleting_sensitive";
      expunging: "expunging";
      promoting: "promoting";
      deleting: "deleting";
      cancelling: "cancelling";
      done: "done";
    }>;
    index: z.ZodNullable<z.ZodString>;
    counts: z.ZodObject<{
      read: z.ZodInt;
      indexed: z.ZodInt;
      dropped: z.ZodObject<{
        deleted: z.ZodInt;
        removed_from_source: z.ZodInt;
        sensitive: z.ZodOptional<z.ZodInt>;
      }, z.core.$strip>;
      failed: z.ZodInt;
      planned: z.ZodNullable<z.ZodInt>;
      left_out: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodInt>>;
    }, z.core.$strip>;
    catch_up: z.ZodObject<{
      indexed: z.ZodInt;
      deleted: z.ZodInt;
      failed: z.ZodInt;
    }, z.core.$strip>;
    documents: z.ZodNullable<z.ZodInt>;
    rate: z.ZodNullable<z.ZodNumber>;
    eta_seconds: z.ZodNullable<z.ZodInt>;
    attempt: z.ZodInt;
    waiting: z.ZodNullable<z.ZodObject<{
      for: z.ZodEnum<{
        opensearch: "opensearch";
        postgres: "postgres";
      }>;
      reason: z.ZodString;
      since: z.ZodISODateTime;
      next_attempt_at: z.ZodISODateTime;
    }, z.core.$strip>>;
    limits: z.ZodObject<{
      documents_per_second: z.ZodNullable<z.ZodInt>;
      in_flight: z.ZodNullable<z.ZodInt>;
    }, z.core.$strip>;
    bound_by: z.ZodNullable<z.ZodEnum<{
      opensearch: "opensearch";
      reading: "reading";
      converting: "converting";
      limit: "limit";
    }>>;
    request: z.ZodRecord<z.ZodString, z.ZodUnknown>;
    requested_by: z.ZodNullable<z.ZodString>;
    created_at: z.ZodISODateTime;
    started_at: z.ZodNullable<z.ZodISODateTime>;
    finished_at: z.ZodNullable<z.ZodISODateTime>;
    as_of: z.ZodNullable<z.ZodISODateTime>;
    cancel_requested_at: z.ZodNullable<z.ZodISODateTime>;
    error: z.ZodNullable<z.ZodObject<{
      code: z.ZodString;
      title: z.ZodString;
      detail: z.ZodString;
    }, z.core.$loose>>;
    result: z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodUnknown>>;
    links: z.ZodObject<{
      self: z.ZodString;
      events: z.ZodString;
      items: z.ZodString;
      rates: z.ZodString;
      failed_documents: z.ZodString;
      cancel: z.ZodString;
      retry: z.ZodString;
    }, z.core.$strip>;
  }, z.core.$strip>>;
  next_page_token: z.ZodNullable<z.ZodString>;
}, z.core.$strip>;
export type TaskPage = z.infer<typeof taskPageSchema>;
/** Bytes of a failed document that are shown unless the whole is requested. */
export declare const shortBodyBytes = 2000;
/** A row that OpenSearch refused as a document. `resolved_at` is set when a later write of it succeeds. */
export declare const failedDocumentSchema: z.ZodObject<{
  id: z.ZodString;
  status: z.ZodInt;
  reason: z.ZodString;
  body: z.ZodString;
  body_bytes: z.ZodInt;
  body_truncated: z.ZodBoolean;
  failed_at: z.ZodISODateTime;
  resolved_at: z.ZodNullable<z.ZodISODateTime>;
}, z.core.$strip>;
export type FailedDocument = z.infer<typeof failedDocumentSchema>;
export declare const failedDocumentPageSchema: z.ZodObject<{
  failed_documents: z.ZodArray<z.ZodObject<{
    id: z.ZodString;
    status: z.ZodInt;
    reason: z.ZodString;
    body: z.ZodString;
    body_bytes: z.ZodInt;
    body_truncated: z.ZodBoolean;
    failed_at: z.ZodISODateTime;
    resolved_at: z.ZodNullable<z.ZodISODateTime>;
  }, z.core.$strip>>;
  next_page_token: z.ZodNullable<z.ZodString>;
}, z.core.$strip>;
export type FailedDocumentPage = z.infer<typeof failedDocumentPageSchema>;
/**
 * `newest` and `oldest` by creation; `longest` by the time from start to end, or until now; `recently_finished` has
 * tasks that have not ended first, then those that ended last.
 */
export declare const taskSorts: readonly ["newest", "oldest", "longest", "recently_finished"];
export type TaskSort = (typeof taskSorts)[number];
/** Values of a parameter that may be repeated: `status=failed&status=cancelled`. */
export declare const oneOf: <Item extends z.ZodType>(item: Item) => z.ZodOptional<z.ZodArray<Item>>;
/** Which tasks: the parameters that `GET /task` and `GET /task/summary` share. A task has to match all of them. */
export declare const taskMatchSchema: z.ZodObject<{
  q: z.ZodOptional<z.ZodString>;
  model: z.ZodOptional<z.ZodArray<z.ZodString>>;
  action: z.ZodOptional<z.ZodArray<z.ZodEnum<{
    REINDEX: "REINDEX";
    CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
    POINT_ALIAS: "POINT_ALIAS";
    DELETE_INDEX: "DELETE_INDEX";
  }>>>;
  status: z.ZodOptional<z.ZodArray<z.ZodEnum<{
    queued: "queued";
    running: "running";
    succeeded: "succeeded";
    failed: "failed";
    cancelled: "cancelled";
  }>>>;
  error_code: z.ZodOptional<z.ZodArray<z.ZodString>>;
  index: z.ZodOptional<z.ZodString>;
  requested_by: z.ZodOptional<z.ZodString>;
  created_after: z.ZodOptional<z.ZodISODateTime>;
  created_before: z.ZodOptional<z.ZodISODateTime>;
  finished_after: z.ZodOptional<z.ZodISODateTime>;
  finished_before: z.ZodOptional<z.ZodISODateTime>;
}, z.core.$strict>;
export type TaskMatch = z.input<typeof taskMatchSchema>;
/** Query of `GET /task`. */
export declare const taskFilterSchema: z.ZodObject<{
  q: z.ZodOptional<z.ZodString>;
  model: z.ZodOptional<z.ZodArray<z.ZodString>>;
  action: z.ZodOptional<z.ZodArray<z.ZodEnum<{
    REINDEX: "REINDEX";
    CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
    POINT_ALIAS: "POINT_ALIAS";
    DELETE_INDEX: "DELETE_INDEX";
  }>>>;
  status: z.ZodOptional<z.ZodArray<z.ZodEnum<{
    queued: "queued";
    running: "running";
    succeeded: "succeeded";
    failed: "failed";
    cancelled: "cancelled";
  }>>>;
  error_code: z.ZodOptional<z.ZodArray<z.ZodString>>;
  index: z.ZodOptional<z.ZodString>;
  requested_by: z.ZodOptional<z.ZodString>;
  created_after: z.ZodOptional<z.ZodISODateTime>;
  created_before: z.ZodOptional<z.ZodISODateTime>;
  finished_after: z.ZodOptional<z.ZodISODateTime>;
  finished_before: z.ZodOptional<z.ZodISODateTime>;
  sort: z.ZodOptional<z.ZodEnum<{
    newest: "newest";
    oldest: "oldest";
    longest: "longest";
    recently_finished: "recently_finished";
  }>>;
  page_size: z.ZodDefault<z.ZodPipe<z.ZodUnion<readonly [z.ZodNumber, z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>]>, z.ZodInt>>;
  page_token: z.ZodOptional<z.ZodString>;
}, z.core.$strict>;
export type TaskFilter = z.input<typeof taskFilterSchema>;
/** The last succeeded tasks of a kind that `durations` are computed from. */
export declare const durationSample = 30;
/** `GET /task/summary`. The parameter `status` changes nothing in it: `counts` has every status. */
export declare const taskSummarySchema: z.ZodObject<{
  counts: z.ZodRecord<z.ZodEnum<{
    queued: "queued";
    running: "running";
    succeeded: "succeeded";
    failed: "failed";
    cancelled: "cancelled";
  }>, z.ZodInt>;
  failures: z.ZodArray<z.ZodObject<{
    code: z.ZodString;
    count: z.ZodInt;
    latest_task_id: z.ZodUUID;
    latest_at: z.ZodISODateTime;
  }, z.core.$strip>>;
  durations: z.ZodArray<z.ZodObject<{
    model: z.ZodString;
    action: z.ZodEnum<{
      REINDEX: "REINDEX";
      CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
      POINT_ALIAS: "POINT_ALIAS";
      DELETE_INDEX: "DELETE_INDEX";
    }>;
    median_seconds: z.ZodNumber;
    count: z.ZodInt;
  }, z.core.$strip>>;
}, z.core.$strip>;
export type TaskSummary = z.infer<typeof taskSummarySchema>;
/** `read` reads, `write` builds and promotes, `delete` deletes, `delegate` acts for others, `admin` includes all. */
export declare const scopes: readonly ["read", "write", "delete", "delegate", "admin"];
export type Scope = (typeof scopes)[number];
/** Body of `POST /token`. */
export declare const newTokenSchema: z.ZodObject<{
  name: z.ZodString;
  scopes: z.ZodArray<z.ZodEnum<{
    write: "write";
    delete: "delete";
    read: "read";
    delegate: "delegate";
    admin: "admin";
  }>>;
  expires_at: z.ZodOptional<z.ZodNullable<z.ZodISODateTime>>;
}, z.core.$strict>;
export type NewToken = z.infer<typeof newTokenSchema>;
export declare const tokenSchema: z.ZodObject<{
  id: z.ZodUUID;
  name: z.ZodString;
  prefix: z.ZodNullable<z.ZodString>;
  scopes: z.ZodArray<z.ZodEnum<{
    write: "write";
    delete: "delete";
    read: "read";
    delegate: "delegate";
    admin: "admin";
  }>>;
  created_at: z.ZodISODateTime;
  expires_at: z.ZodNullable<z.ZodISODateTime>;
  last_used_at: z.ZodNullable<z.ZodISODateTime>;
  revoked_at: z.ZodNullable<z.ZodISODateTime>;
}, z.core.$strip>;
export type Token = z.infer<typeof tokenSchema>;
/** Response of `POST /token`: the only time that the secret is shown. */
export declare const createdTokenSchema: z.ZodObject<{
  secret: z.ZodString;
  token: z.ZodObject<{
    id: z.ZodUUID;
    name: z.ZodString;
    prefix: z.ZodNullable<z.ZodString>;
    scopes: z.ZodArray<z.ZodEnum<{
      write: "write";
      delete: "delete";
      read: "read";
      delegate: "delegate";
      admin: "admin";
    }>>;
    created_at: z.ZodISODateTime;
    expires_at: z.ZodNullable<z.ZodISODateTime>;
    last_used_at: z.ZodNullable<z.ZodISODateTime>;
    revoked_at: z.ZodNullable<z.ZodISODateTime>;
  }, z.core.$strip>;
}, z.core.$strip>;
export type CreatedToken = z.infer<typeof createdTokenSchema>;
export declare const tokenListSchema: z.ZodObject<{
  tokens: z.ZodArray<z.ZodObject<{
    id: z.ZodUUID;
    name: z.ZodString;
    prefix: z.ZodNullable<z.ZodString>;
    scopes: z.ZodArray<z.ZodEnum<{
      write: "write";
      delete: "delete";
      read: "read";
      delegate: "delegate";
      admin: "admin";
    }>>;
    created_at: z.ZodISODateTime;
    expires_at: z.ZodNullable<z.ZodISODateTime>;
    last_used_at: z.ZodNullable<z.ZodISODateTime>;
    revoked_at: z.ZodNullable<z.ZodISODateTime>;
  }, z.core.$strip>>;
}, z.core.$strip>;
export type TokenList = z.infer<typeof tokenListSchema>;
/**
 * Character class that names must not contain, for regular expressions and JSON Schema: control characters, line
 * breaks, invisible characters and those that change the text direction, which could make two names look the same.
 */
export declare const invisible: string;
/**
 * Whether a name contains none of the characters of `invisible` and no halves of surrogate pairs.
 *
 * @example
 * isVisible('Zoë') // true
 * isVisible('nimda\u202e') // false
 */
export declare function isVisible(name: string): boolean;
/**
 * How rows that change during an index build are found: by the ids of the transactions that wrote them, which misses
 * none; by a change column, which misses changes that don't update it; or not at all.
 */
export declare const catchUpMethods: readonly ["transaction_id", "change_column", "none"];
export type CatchUpMethod = (typeof catchUpMethods)[number];
/** A row's id: a number, or decimal text beyond 2^53, where a JSON number would not be exact. */
export declare const wireIdSchema: z.ZodUnion<readonly [z.ZodInt, z.ZodString]>;
export type WireId = z.infer<typeof wireIdSchema>;
/** A row's id as JSON: a number up to 2^53 − 1 (also negative), beyond it decimal text. */
export declare function toWireId(id: bigint): WireId;
export {};
//# sourceMappingURL=types-index.d.ts.map