import { ActionName } from "./types-facts.js";
import { z } from "zod";
/**
 * What is wrong with a value, in words that go on from the name of its field: `/max_failed must be a whole number`.
 * Given to zod as `error`; a message that a schema has of its own comes first. Nothing is left to zod's own words.
 */
export declare function describeIssue(issue: z.core.$ZodRawIssue): string;
/** As `describeIssue`, of the query of a URL. */
export declare function describeParameterIssue(issue: z.core.$ZodRawIssue): string;
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
    unknown: "unknown";
    record: "record";
    index: "index";
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
    aliases: z.ZodArray<z.ZodObject<{
      alias: z.ZodString;
      indices: z.ZodArray<z.ZodString>;
      previous: z.ZodNullable<z.ZodString>;
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
        unknown: "unknown";
        record: "record";
        index: "index";
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
/** `GET /stat/{name}`, kept for callers of the existing server. */
export declare const statSchema: z.ZodObject<{
  exists: z.ZodBoolean;
  is_alias: z.ZodNullable<z.ZodBoolean>;
  alt_names: z.ZodNullable<z.ZodArray<z.ZodString>>;
}, z.core.$strip>;
export type Stat = z.infer<typeof statSchema>;
/** OpenSearch refuses an index name of more bytes than this (create index API, "index naming restrictions"). */
export declare const maxIndexNameBytes = 255;
export declare const filteredEnding = "-filtered";
export declare function filteredIndexName(model: string, suffix: string): string;
export declare function indexName(model: string, suffix: string): string;
/**
 * Whether an index or alias could have the name, also one that was made elsewhere: nothing that OpenSearch would take
 * for a wildcard, a list, an exclusion, a system index or a part of a path (create index API, "index naming
 * restrictions").
 */
export declare function isIndexName(name: string): boolean;
/** How the name of an alias ends that a task writes through; its group is the task's id. */
export declare const writeAliasEnding: RegExp;
/** A suffix of any index of a model, a filtered one included. */
export declare const indexSuffixSchema: z.ZodString;
/** A suffix of an index with all documents: it may not look like the name of a filtered one. */
export declare const unfilteredSuffixSchema: z.ZodString;
/** How many entries a page has: a number, or decimal digits as in a query, where `0x10` and `1e2` are no number. */
export declare const pageSizeSchema: z.ZodDefault<z.ZodPipe<z.ZodUnion<readonly [z.ZodNumber, z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>]>, z.ZodInt>>;
/** One thing that is wrong in a body; `pointer` is a JSON pointer (RFC 6901), '' for the body itself. */
export declare const inputErrorSchema: z.ZodObject<{
  pointer: z.ZodString;
  detail: z.ZodString;
}, z.core.$strip>;
export type InputError = z.infer<typeof inputErrorSchema>;
/** An error as it goes over the wire: application/problem+json (RFC 9457) with a stable `code`. */
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
/** Why a task failed: kept with the task, so it has no status or request of its own. */
export declare const taskErrorSchema: z.ZodObject<{
  code: z.ZodString;
  title: z.ZodString;
  detail: z.ZodString;
}, z.core.$loose>;
export type TaskError = z.infer<typeof taskErrorSchema>;
/** Where a finished task is reported to; which hosts are allowed is the server's to say. */
export declare const callbackUrlSchema: z.ZodString;
/** What a body of `POST /task` may say beside the task itself. */
export declare const submissionOptionsSchema: z.ZodObject<{
  dry_run: z.ZodOptional<z.ZodBoolean>;
  callback_url: z.ZodOptional<z.ZodString>;
}, z.core.$strict>;
export type SubmissionOptions = z.infer<typeof submissionOptionsSchema>;
declare function createFilteredIndexSchema(models: readonly string[]): z.ZodObject<{
  model: z.ZodEnum<{
    [x: string]: string;
  }>;
  action: z.ZodLiteral<"CREATE_AND_POPULATE_FILTERED_INDEX">;
  destination_index_suffix: z.ZodString;
  origin_index_suffix: z.ZodOptional<z.ZodString>;
}, z.core.$strict>;
declare function createDeleteIndexSchema(models: readonly string[]): z.ZodObject<{
  model: z.ZodEnum<{
    [x: string]: string;
  }>;
  action: z.ZodLiteral<"DELETE_INDEX">;
  index_suffix: z.ZodString;
}, z.core.$strict>;
declare function createPointAliasSchema(models: readonly string[]): z.ZodObject<{
  model: z.ZodEnum<{
    [x: string]: string;
  }>;
  action: z.ZodLiteral<"POINT_ALIAS">;
  index_suffix: z.ZodString;
  alias: z.ZodEnum<{
    [x: string]: string;
  }>;
  allow_unfiltered: z.ZodOptional<z.ZodBoolean>;
  allow_unverified: z.ZodOptional<z.ZodBoolean>;
  allow_shrink: z.ZodOptional<z.ZodBoolean>;
  allow_changed: z.ZodOptional<z.ZodBoolean>;
}, z.core.$strict>;
/** The most failed documents a task ever keeps; with one more it fails at once. */
export declare const maxFailedDocuments = 10000;
declare function createReindexSchema(models: readonly string[]): z.ZodObject<{
  model: z.ZodEnum<{
    [x: string]: string;
  }>;
  action: z.ZodLiteral<"REINDEX">;
  index_suffix: z.ZodOptional<z.ZodString>;
  max_failed: z.ZodOptional<z.ZodInt>;
  verify: z.ZodOptional<z.ZodEnum<{
    ids: "ids";
    documents: "documents";
  }>>;
  verify_sample: z.ZodOptional<z.ZodNumber>;
}, z.core.$strict>;
/** What makes the schema of each action's body of `POST /task`. Unknown fields are refused. */
export declare const requestSchemas: {
  readonly REINDEX: typeof createReindexSchema;
  readonly CREATE_AND_POPULATE_FILTERED_INDEX: typeof createFilteredIndexSchema;
  readonly POINT_ALIAS: typeof createPointAliasSchema;
  readonly DELETE_INDEX: typeof createDeleteIndexSchema;
};
type Schemas = { [Name in ActionName]: ReturnType<(typeof requestSchemas)[Name]>; };
/**
 * The bodies of `POST /task`, one for each action.
 *
 * @param models names of the models that the server knows, such as `image`
 */
export declare function createTaskRequestSchemas(models: readonly string[]): Schemas;
export type RequestOf<Name extends ActionName> = z.infer<Schemas[Name]>;
export type TaskRequest = { [Name in ActionName]: RequestOf<Name>; }[ActionName];
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
 * Parses a body of `POST /task` and names everything that is wrong with it, not just the first thing.
 *
 * @param models names of the models that the server knows
 * @returns a function from a parsed JSON value to the request, and what was said beside it, or all its errors
 */
export declare function createTaskRequestParser(models: readonly string[]): (body: unknown) => ParsedTaskRequest;
export declare function toInputErrors(issue: z.core.$ZodIssue): InputError[];
/** JSON pointer, RFC 6901: `~` and `/` inside a key are escaped. */
export declare function toPointer(path: readonly PropertyKey[]): string;
/** A piece of a phase: who has it, and how far it is. */
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
    open: "open";
    done: "done";
    claimed: "claimed";
  }>;
  attempt: z.ZodInt;
  worker: z.ZodNullable<z.ZodString>;
  lease_until: z.ZodNullable<z.ZodISODateTime>;
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
      open: "open";
      done: "done";
      claimed: "claimed";
    }>;
    attempt: z.ZodInt;
    worker: z.ZodNullable<z.ZodString>;
    lease_until: z.ZodNullable<z.ZodISODateTime>;
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
/** Documents that were accounted for in the `seconds` that began at `at`. */
export declare const taskRateSchema: z.ZodObject<{
  at: z.ZodISODateTime;
  seconds: z.ZodNumber;
  documents: z.ZodInt;
}, z.core.$strip>;
export declare const taskRatesSchema: z.ZodObject<{
  rates: z.ZodArray<z.ZodObject<{
    at: z.ZodISODateTime;
    seconds: z.ZodNumber;
    documents: z.ZodInt;
  }, z.core.$strip>>;
}, z.core.$strip>;
export type TaskRates = z.infer<typeof taskRatesSchema>;
/**
 * `none`: the task has no `callback_url`. `pending`: it has not ended, or the first try is to come. `retrying`: tries have
 * failed, and there will be another. `delivered`: answered with 2xx. `declined`: answered with 410, which ends it.
 * `refused`: this server may no longer send there. `failed`: given up after all tries. `forgotten`: it ended more than a week
 * ago, and how its callback fared is no longer known.
 */
export declare const callbackStates: readonly ["none", "pending", "retrying", "delivered", "declined", "refused", "failed", "forgotten"];
/** `GET /task/{id}/callback`: how the message to `callback_url` fares, which is sent when the task has ended. */
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
/** Body of `POST /task/{id}/cancel`, which may be empty. */
export declare const cancelRequestSchema: z.ZodObject<{
  keep_index: z.ZodOptional<z.ZodBoolean>;
}, z.core.$strict>;
export type CancelRequest = z.infer<typeof cancelRequestSchema>;
/** Body of `PATCH /task/{id}`; null lifts a limit, and what is absent stays as it is. */
export declare const taskLimitsPatchSchema: z.ZodObject<{
  documents_per_second: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
  in_flight: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
}, z.core.$strict>;
export type TaskLimitsPatch = z.infer<typeof taskLimitsPatchSchema>;
/** What can happen to a task. `progress` is not kept: it is a picture of the task as it is now. */
export declare const taskEventTypes: readonly ["created", "started", "phase", "waiting", "resumed", "limits_changed", "cancel_requested", "retried", "succeeded", "failed", "cancelled"];
export type TaskEventType = (typeof taskEventTypes)[number];
/** One entry of a task's history. `id` grows with time, over all tasks. */
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
 * What `GET /task/{id}/events` streams: `event: <type>` with a kept event and its id, or `event: progress` without
 * an id and with the whole task. The stream ends after the event that ended the task.
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
/** Something about the cluster that a task's end depends on. What can't be looked at is `unknown`, never `ok`. */
export declare const planCheckSchema: z.ZodObject<{
  check: z.ZodString;
  status: z.ZodEnum<{
    unknown: "unknown";
    failed: "failed";
    ok: "ok";
  }>;
  detail: z.ZodString;
}, z.core.$strip>;
export type PlanCheck = z.infer<typeof planCheckSchema>;
/** What a dry run answers: what a task would do, and what would stand in its way. Nothing is changed or reserved. */
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
    transaction_id: "transaction_id";
    change_column: "change_column";
    none: "none";
  }>>;
  aliases: z.ZodArray<z.ZodObject<{
    alias: z.ZodString;
    indices: z.ZodArray<z.ZodString>;
  }, z.core.$strip>>;
  refusals: z.ZodArray<z.ZodObject<{
    code: z.ZodString;
    detail: z.ZodString;
    task_id: z.ZodOptional<z.ZodString>;
  }, z.core.$loose>>;
  checks: z.ZodArray<z.ZodObject<{
    check: z.ZodString;
    status: z.ZodEnum<{
      unknown: "unknown";
      failed: "failed";
      ok: "ok";
    }>;
    detail: z.ZodString;
  }, z.core.$strip>>;
  warnings: z.ZodArray<z.ZodString>;
}, z.core.$strip>;
export type TaskPlan = z.infer<typeof taskPlanSchema>;
export declare const taskStatuses: readonly ["queued", "running", "succeeded", "failed", "cancelled"];
export type TaskStatus = (typeof taskStatuses)[number];
/** The phases of all actions. Each action goes through some of them, in an order of its own. */
export declare const phases: readonly ["planning", "loading", "catching_up", "verifying", "mending", "redriving", "restoring", "cloning", "copying", "deleting_sensitive", "expunging", "promoting", "deleting", "cancelling", "done"];
export type Phase = (typeof phases)[number];
/**
 * Rows by what became of them: read = indexed + dropped + failed, at every moment. `failed` counts the rows whose failed
 * documents are not resolved, whichever phase refused them; a row that is written later counts as indexed from then on.
 * Once the verification has passed, these are the numbers of the verified index: `indexed` equals `documents`.
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
/** Present while a task can't go on because a service is away; it is tried again by itself. */
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
/** What holds a load back. */
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
/** The answer of `POST /task`. */
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
/** The query of `GET /task`. */
export declare const taskFilterSchema: z.ZodObject<{
  model: z.ZodOptional<z.ZodString>;
  action: z.ZodOptional<z.ZodEnum<{
    REINDEX: "REINDEX";
    CREATE_AND_POPULATE_FILTERED_INDEX: "CREATE_AND_POPULATE_FILTERED_INDEX";
    POINT_ALIAS: "POINT_ALIAS";
    DELETE_INDEX: "DELETE_INDEX";
  }>>;
  status: z.ZodOptional<z.ZodEnum<{
    queued: "queued";
    running: "running";
    succeeded: "succeeded";
    failed: "failed";
    cancelled: "cancelled";
  }>>;
  index: z.ZodOptional<z.ZodString>;
  requested_by: z.ZodOptional<z.ZodString>;
  page_size: z.ZodDefault<z.ZodPipe<z.ZodUnion<readonly [z.ZodNumber, z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>]>, z.ZodInt>>;
  page_token: z.ZodOptional<z.ZodString>;
}, z.core.$strict>;
export type TaskFilter = z.input<typeof taskFilterSchema>;
/** Bytes of a failed document that are shown where the whole is not asked for. */
export declare const shortBodyBytes = 2000;
/** A row that OpenSearch refused as a document. `resolved_at` is set when a later write of it succeeded. */
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
/** `read` sees, `write` builds and promotes, `delete` deletes, `delegate` acts for others, `admin` does all. */
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
/** The answer of `POST /token`: the only time that the secret is shown. */
export declare const createdTokenSchema: z.ZodObject<{
  secret: z.ZodString;
  token: z.ZodObject<{
    id: z.ZodUUID;
    name: z.ZodString;
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
 * A class of characters that a name must not hold, for regular expressions and JSON Schema: controls, line breaks, and
 * what is not seen or turns the direction of the text around it, so that one name could pass for another.
 */
export declare const invisible: string;
/**
 * Whether a name is what it looks like: without the characters of `invisible` and without halves of surrogate pairs.
 *
 * @example
 * isVisible('Zoë') // true
 * isVisible('nimda\u202e') // false
 */
export declare function isVisible(name: string): boolean;
/**
 * How rows that change while an index is built are found: by the ids of the transactions that wrote them, which misses
 * none; by a column that says when a row changed, which misses changes that don't touch it; or not at all.
 */
export declare const catchUpMethods: readonly ["transaction_id", "change_column", "none"];
export type CatchUpMethod = (typeof catchUpMethods)[number];
/** A row's id: a number, or its digits where a number of JSON would not be exact, beyond 2^53. */
export declare const wireIdSchema: z.ZodUnion<readonly [z.ZodInt, z.ZodString]>;
export type WireId = z.infer<typeof wireIdSchema>;
export declare function toWireId(id: bigint): WireId;
export {};
//# sourceMappingURL=types-index.d.ts.map