type AliasHistory$1 = {
  moves: ({
    alias: string;
    moved_at: string;
    /** The index that it pointed to; null: none. */
    from: string | null;
    /** More indices that it pointed to; only other programs make that. */
    also_from: (string)[];
    /** The index that it points to from then on; null: the alias was removed. */
    to: string | null;
    /** The task may have been removed since, see RETENTION_DAYS. */
    task_id: string;
    /** Null: unknown, or the task was removed. */
    requested_by: string | null;
  })[];
  next_page_token: string | null;
};
type BuildList$1 = {
  builds: ({
    task_id: string;
    action: "REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX";
    index: string;
    started_at: string;
    finished_at: string;
    duration_seconds: number;
    /** Documents in the index when it was verified. */
    documents: number | null;
    /** Bytes of its primary shards at the end of the task; null: unknown. */
    bytes: number | null;
    as_of: string | null;
    /** Whether the index that this task built still exists; null: unknown, because OpenSearch is unavailable. */
    exists: boolean | null;
  })[];
};
/** An action that creates an index. */
type BuildingAction = "REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX";
type IndexDetails$1 = {
  mappings: {
    [key: string]: unknown;
  };
  /** By full name without `index.`. */
  settings: {
    [key: string]: string | (string)[];
  };
  /** The index behind the alias of its kind, `<model>` or `<model>-filtered`, and how its mappings and settings differ; null if it is that index itself, or if there is none. */
  compared_with: {
    index: string;
    differences: ({
      /** Such as `mappings.properties.title.type` or `settings.number_of_shards`. */
      path: string;
      /** Null: absent. */
      here: unknown;
      there: unknown;
    })[];
  } | null;
  /** By number, each with the primary first. */
  shards: ({
    shard: number;
    primary: boolean;
    /** As OpenSearch names it: `STARTED`, `INITIALIZING`, `RELOCATING` or `UNASSIGNED`. */
    state: string;
    /** Name of its node; null: none, or the OpenSearch role may not see it. */
    node: string | null;
    /** Null: not started. */
    documents: number | null;
    bytes: number | null;
  })[];
};
type DocumentPage$1 = {
  /** Best matches first. */
  documents: ({
    id: string;
    source: {
      [key: string]: unknown;
    };
  })[];
  total: number;
  /** False: there are more than `total`. */
  total_is_exact: boolean;
};
type RowState = "unknown" | "present" | "absent" | "deleted" | "removed_from_source";
type DocumentExplanation = "unknown" | "in_index" | "filtered" | "failed" | "dropped" | "changed_after_build" | "not_in_catalog";
type ExplainedDocument$1 = {
  id: string;
  in_index: boolean;
  source: {
    [key: string]: unknown;
  } | null;
  row: "unknown" | "present" | "absent" | "deleted" | "removed_from_source";
  explanation: "unknown" | "in_index" | "filtered" | "failed" | "dropped" | "changed_after_build" | "not_in_catalog";
  /** The explanation as a sentence. */
  detail: string;
  /** The refusal, for `failed`. */
  failed_document: {
    id: string;
    status: number;
    reason: string;
    /** The document as it was sent, JSON: its start, or all of it if requested (`?body=full`). */
    body: string;
    /** Bytes of the whole document, and whether `body` is shorter. */
    body_bytes: number;
    body_truncated: boolean;
    failed_at: string;
    resolved_at: string | null;
  } | null;
};
type Index$1 = {
  name: string;
  uuid: string;
  model: string;
  /** The part of its name after `<model>-`. */
  suffix: string;
  /** From its lineage; from its name only if it was created elsewhere. */
  filtered: boolean;
  /** Aliases for searches; those of tasks are omitted. */
  aliases: (string)[];
  /** `closed`: it refuses searches and writes, and can only be opened or deleted. */
  state: "open" | "closed";
  documents: number;
  /** Source of `documents`: `index`; `record`, the count when the index was verified, if it is closed or broken and can't be counted; `unknown`: it can't be counted and has no record, so `documents` is 0. */
  documents_from: "unknown" | "record" | "index";
  /** Size of its primary shards. */
  bytes: number;
  health: "green" | "yellow" | "red";
  created_at: string;
  /** The task that built it; null: created elsewhere, or its task did not complete. */
  task_id: string | null;
  verified: boolean;
  verified_at: string | null;
  as_of: string | null;
  /** UUID of the index that it was filtered from, with a hash of the terms. */
  filtered_from: string | null;
  terms_hash: string | null;
  /** The active task that works on it. */
  reserved_by: string | null;
};
type IndexList$1 = {
  models: ({
    model: string;
    /** How old the data behind its aliases may be (FRESHNESS_TARGETS); null: no target. */
    freshness_target_seconds: number | null;
    aliases: ({
      alias: string;
      indices: (string)[];
      /** Target of `POST /index/{alias}/rollback`; null: none. */
      previous: string | null;
      /** The last recorded move and its task; null: none is recorded. */
      moved_at: string | null;
      task_id: string | null;
    })[];
    indices: ({
      name: string;
      uuid: string;
      model: string;
      /** The part of its name after `<model>-`. */
      suffix: string;
      /** From its lineage; from its name only if it was created elsewhere. */
      filtered: boolean;
      /** Aliases for searches; those of tasks are omitted. */
      aliases: (string)[];
      /** `closed`: it refuses searches and writes, and can only be opened or deleted. */
      state: "open" | "closed";
      documents: number;
      /** Source of `documents`: `index`; `record`, the count when the index was verified, if it is closed or broken and can't be counted; `unknown`: it can't be counted and has no record, so `documents` is 0. */
      documents_from: "unknown" | "record" | "index";
      /** Size of its primary shards. */
      bytes: number;
      health: "green" | "yellow" | "red";
      created_at: string;
      /** The task that built it; null: created elsewhere, or its task did not complete. */
      task_id: string | null;
      verified: boolean;
      verified_at: string | null;
      as_of: string | null;
      /** UUID of the index that it was filtered from, with a hash of the terms. */
      filtered_from: string | null;
      terms_hash: string | null;
      /** The active task that works on it. */
      reserved_by: string | null;
    })[];
  })[];
};
type Stat$1 = {
  exists: boolean;
  is_alias: boolean | null;
  /** For an alias its indices, for an index its aliases. */
  alt_names: (string)[] | null;
};
type InputError = {
  pointer: string;
  detail: string;
};
type Problem = {
  [key: string]: unknown;
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id?: string | undefined;
  errors?: ({
    pointer: string;
    detail: string;
  })[] | undefined;
  /** The task that blocks the request, with code `index_busy`. */
  task_id?: string | undefined;
  index?: string | undefined;
};
type TaskError = {
  [key: string]: unknown;
  code: string;
  title: string;
  detail: string;
};
type TaskItem$1 = {
  stage: number;
  phase: "planning" | "loading" | "catching_up" | "verifying" | "mending" | "redriving" | "restoring" | "cloning" | "copying" | "deleting_sensitive" | "expunging" | "promoting" | "deleting" | "cancelling" | "done";
  ordinal: number;
  state: "open" | "done" | "claimed";
  /** Number of times that it was claimed. */
  attempt: number;
  worker: string | null;
  lease_until: string | null;
  /** When it was claimed first; null: never, or before servers recorded it. */
  started_at: string | null;
  done_at: string | null;
  /** Ids that it covers, if any: above `after` (null: from the lowest) up to `end`. */
  range: {
    after: string | number | null;
    end: string | number | null;
  } | null;
  /** All ids up to this one are accounted for. */
  done_up_to: string | number | null;
};
type TaskItemSummary$1 = {
  stages: ({
    items: number;
    done: number;
    claimed: number;
    /** Claims beyond the first of each item: after a restart, a lost worker, a retry or the end of a time slice. */
    repeated: number;
    /** First claim of an item of it. */
    started_at: string | null;
    /** When the last of its items was done so far. */
    finished_at: string | null;
    stage: number;
    phase: "planning" | "loading" | "catching_up" | "verifying" | "mending" | "redriving" | "restoring" | "cloning" | "copying" | "deleting_sensitive" | "expunging" | "promoting" | "deleting" | "cancelling" | "done";
    parts: ({
      items: number;
      done: number;
      claimed: number;
      /** Claims beyond the first of each item: after a restart, a lost worker, a retry or the end of a time slice. */
      repeated: number;
      /** First claim of an item of it. */
      started_at: string | null;
      /** When the last of its items was done so far. */
      finished_at: string | null;
      /** Ordinal of its first item. */
      first: number;
      /** Ids that it covers, if any: above `after` (null: from the lowest) up to `end`. */
      range: {
        after: string | number | null;
        end: string | number | null;
      } | null;
      /** Share of its ids that are accounted for, 0 to 1; of its items if they have no ids. */
      share: number;
    })[];
  })[];
};
type TaskRates$1 = {
  rates: ({
    at: string;
    seconds: number;
    documents: number;
    /** The bottleneck that was reported last in this time; null: none was. */
    bound_by: "reading" | "converting" | "opensearch" | "limit" | null;
  })[];
};
type FailedDocumentSummary$1 = {
  /** Number of failed documents that are stored, and of those that are not resolved. */
  documents: number;
  unresolved: number;
  /** Number of different reasons, of which the first are listed. */
  reason_count: number;
  reasons: ({
    status: number;
    documents: number;
    unresolved: number;
    /** The first ids. */
    ids: (string)[];
    /** The documents of the first ids. */
    examples: ({
      id: string;
      status: number;
      reason: string;
      /** The document as it was sent, JSON: its start, or all of it if requested (`?body=full`). */
      body: string;
      /** Bytes of the whole document, and whether `body` is shorter. */
      body_bytes: number;
      body_truncated: boolean;
      failed_at: string;
      resolved_at: string | null;
    })[];
  })[];
};
type TaskCallback$1 = {
  url: string | null;
  state: "failed" | "none" | "pending" | "retrying" | "delivered" | "declined" | "refused" | "forgotten";
  /** Tries of the webhook for the task's last attempt, including a running one. */
  tries: number;
  last_try_at: string | null;
  /** Status of the last response with 2xx or 410. */
  answer_status: number | null;
  /** Why the last try failed. */
  error: string | null;
  next_try_at: string | null;
};
type TaskLimitsPatch = {
  documents_per_second?: number | undefined | null;
  in_flight?: number | undefined | null;
};
type TaskEventType = "failed" | "phase" | "created" | "started" | "waiting" | "resumed" | "limits_changed" | "cancel_requested" | "retried" | "succeeded" | "cancelled";
type TaskEvent$1 = {
  id: number;
  type: "failed" | "phase" | "created" | "started" | "waiting" | "resumed" | "limits_changed" | "cancel_requested" | "retried" | "succeeded" | "cancelled";
  at: string;
  phase: "planning" | "loading" | "catching_up" | "verifying" | "mending" | "redriving" | "restoring" | "cloning" | "copying" | "deleting_sensitive" | "expunging" | "promoting" | "deleting" | "cancelling" | "done";
  attempt: number;
  /** Depends on the type: `error` for failed, `waiting` for waiting, `limits` for limits_changed. */
  data: {
    [key: string]: unknown;
  };
};
type TaskPlan$1 = {
  dry_run: true;
  model: string;
  action: "REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX";
  index: string;
  request: {
    [key: string]: unknown;
  };
  /** Estimates from statistics and existing indices; null without a basis for one. */
  rows: number | null;
  documents: number | null;
  bytes: number | null;
  seconds: number | null;
  shards: number | null;
  replicas: number | null;
  disk: {
    needed_bytes: number;
    free_bytes: number;
  } | null;
  /** How rows that change during the build are found; null for other actions. */
  catch_up_by: "none" | "transaction_id" | "change_column" | null;
  /** Current targets of the model's aliases. */
  aliases: ({
    alias: string;
    indices: (string)[];
  })[];
  /** What a POINT_ALIAS would move, in one step; empty for other actions. */
  moves: ({
    alias: string;
    from: ({
      index: string;
      /** Number of its documents; null if it can't be counted. */
      documents: number | null;
    })[];
    to: {
      index: string;
      /** Number of its documents; null if it can't be counted. */
      documents: number | null;
    };
  })[];
  /** Reasons for which the task would be refused if the request did not allow them. */
  exceptions: ({
    [key: string]: unknown;
    /** The field, such as `allow_shrink`. */
    allowed_by: string;
    alias: string;
    code: string;
    detail: string;
  })[];
  /** Reasons for which the task would be refused now, with error codes; empty: it would be accepted. */
  refusals: ({
    [key: string]: unknown;
    code: string;
    detail: string;
    task_id?: string | undefined;
  })[];
  /** Checks of the cluster. A failed one is also among `refusals` or `warnings`. */
  checks: ({
    /** `templates`, `shards`, `disk`, `blocks`, `rights` or `alias_names`; more may be added. */
    check: string;
    status: "unknown" | "failed" | "ok";
    detail: string;
  })[];
  /** What to know before sending the request. */
  warnings: (string)[];
};
type ActionName = "REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX";
type Phase = "planning" | "loading" | "catching_up" | "verifying" | "mending" | "redriving" | "restoring" | "cloning" | "copying" | "deleting_sensitive" | "expunging" | "promoting" | "deleting" | "cancelling" | "done";
type TaskRequest = {
  model: string;
  action: "REINDEX";
  index_suffix?: string | undefined;
  max_failed?: number | undefined;
  verify?: "ids" | "documents" | undefined;
  /** Share of the documents that are compared field by field, independent of `verify`. */
  verify_sample?: number | undefined;
} | {
  model: string;
  action: "CREATE_AND_POPULATE_FILTERED_INDEX";
  destination_index_suffix: string;
  origin_index_suffix?: string | undefined;
} | {
  model: string;
  action: "POINT_ALIAS";
  alias: string;
  index_suffix: string;
  /** Moves `<model>-filtered` in the same step, to a filtered copy of the index. */
  with_filtered?: boolean | undefined;
  /** Names that copy; absent: the newest one that was filtered from the index. */
  filtered_index_suffix?: string | undefined;
  allow_unfiltered?: boolean | undefined;
  allow_unverified?: boolean | undefined;
  allow_shrink?: boolean | undefined;
  allow_changed?: boolean | undefined;
} | {
  model: string;
  action: "DELETE_INDEX";
  index_suffix: string;
};
type TaskStatus = "failed" | "succeeded" | "cancelled" | "queued" | "running";
type Task$1 = {
  task_id: string;
  model: string;
  action: "REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX";
  status: "failed" | "succeeded" | "cancelled" | "queued" | "running";
  active: boolean;
  /** 0 to 99 by rows accounted for, or as far as it came if it failed or was cancelled; 100 only when it succeeded. */
  progress: number;
  phase: "planning" | "loading" | "catching_up" | "verifying" | "mending" | "redriving" | "restoring" | "cloning" | "copying" | "deleting_sensitive" | "expunging" | "promoting" | "deleting" | "cancelling" | "done";
  index: string | null;
  counts: {
    read: number;
    indexed: number;
    dropped: {
      deleted: number;
      removed_from_source: number;
      /** Documents removed because they contain a sensitive term; only for a task that filters. */
      sensitive?: number | undefined;
    };
    failed: number;
    planned: number | null;
    /** Rows of the load with an unreadable field value, by field name: the field was omitted from the document. Only `mature` is never omitted: an unreadable flag counts as true. Absent if everything was readable. */
    left_out?: {
      [key: string]: number;
    } | undefined;
  };
  /** Work after the load: documents written again or for the first time, and deleted ids. These are operations, not rows, so don't add them to `counts`. `failed` is always 0: rows that fail after the load are in `counts.failed` too. */
  catch_up: {
    indexed: number;
    deleted: number;
    failed: number;
  };
  /** Documents in the built index, counted by verification; null before that, or without an index. */
  documents: number | null;
  rate: number | null;
  eta_seconds: number | null;
  attempt: number;
  waiting: {
    for: "opensearch" | "postgres";
    reason: string;
    since: string;
    next_attempt_at: string;
  } | null;
  limits: {
    documents_per_second: number | null;
    in_flight: number | null;
  };
  bound_by: "reading" | "converting" | "opensearch" | "limit" | null;
  request: {
    [key: string]: unknown;
  };
  requested_by: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** The database time that the index reflects: it includes every change committed before it. */
  as_of: string | null;
  /** When its cancellation was requested. */
  cancel_requested_at: string | null;
  error: {
    [key: string]: unknown;
    code: string;
    title: string;
    detail: string;
  } | null;
  /** The action's result when it succeeded; each action has its own fields. */
  result: {
    [key: string]: unknown;
  } | null;
  links: {
    self: string;
    events: string;
    items: string;
    rates: string;
    failed_documents: string;
    cancel: string;
    retry: string;
  };
};
type TaskPage$1 = {
  tasks: ({
    task_id: string;
    model: string;
    action: "REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX";
    status: "failed" | "succeeded" | "cancelled" | "queued" | "running";
    active: boolean;
    /** 0 to 99 by rows accounted for, or as far as it came if it failed or was cancelled; 100 only when it succeeded. */
    progress: number;
    phase: "planning" | "loading" | "catching_up" | "verifying" | "mending" | "redriving" | "restoring" | "cloning" | "copying" | "deleting_sensitive" | "expunging" | "promoting" | "deleting" | "cancelling" | "done";
    index: string | null;
    counts: {
      read: number;
      indexed: number;
      dropped: {
        deleted: number;
        removed_from_source: number;
        /** Documents removed because they contain a sensitive term; only for a task that filters. */
        sensitive?: number | undefined;
      };
      failed: number;
      planned: number | null;
      /** Rows of the load with an unreadable field value, by field name: the field was omitted from the document. Only `mature` is never omitted: an unreadable flag counts as true. Absent if everything was readable. */
      left_out?: {
        [key: string]: number;
      } | undefined;
    };
    /** Work after the load: documents written again or for the first time, and deleted ids. These are operations, not rows, so don't add them to `counts`. `failed` is always 0: rows that fail after the load are in `counts.failed` too. */
    catch_up: {
      indexed: number;
      deleted: number;
      failed: number;
    };
    /** Documents in the built index, counted by verification; null before that, or without an index. */
    documents: number | null;
    rate: number | null;
    eta_seconds: number | null;
    attempt: number;
    waiting: {
      for: "opensearch" | "postgres";
      reason: string;
      since: string;
      next_attempt_at: string;
    } | null;
    limits: {
      documents_per_second: number | null;
      in_flight: number | null;
    };
    bound_by: "reading" | "converting" | "opensearch" | "limit" | null;
    request: {
      [key: string]: unknown;
    };
    requested_by: string | null;
    created_at: string;
    started_at: string | null;
    finished_at: string | null;
    /** The database time that the index reflects: it includes every change committed before it. */
    as_of: string | null;
    /** When its cancellation was requested. */
    cancel_requested_at: string | null;
    error: {
      [key: string]: unknown;
      code: string;
      title: string;
      detail: string;
    } | null;
    /** The action's result when it succeeded; each action has its own fields. */
    result: {
      [key: string]: unknown;
    } | null;
    links: {
      self: string;
      events: string;
      items: string;
      rates: string;
      failed_documents: string;
      cancel: string;
      retry: string;
    };
  })[];
  next_page_token: string | null;
};
type FailedDocument$1 = {
  id: string;
  status: number;
  reason: string;
  /** The document as it was sent, JSON: its start, or all of it if requested (`?body=full`). */
  body: string;
  /** Bytes of the whole document, and whether `body` is shorter. */
  body_bytes: number;
  body_truncated: boolean;
  failed_at: string;
  resolved_at: string | null;
};
type TaskSort = "newest" | "oldest" | "longest" | "recently_finished";
type TaskMatch$1 = {
  /** Part of the index name, the error code or the requester, or the start of the task's id; in any case. */
  q?: string | undefined;
  model?: (string)[] | undefined;
  action?: ("REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX")[] | undefined;
  status?: ("failed" | "succeeded" | "cancelled" | "queued" | "running")[] | undefined;
  error_code?: (string)[] | undefined;
  index?: string | undefined;
  requested_by?: string | undefined;
  /** Created at this time or later. */
  created_after?: string | undefined;
  /** Created before this time. */
  created_before?: string | undefined;
  /** Finished at this time or later. */
  finished_after?: string | undefined;
  /** Finished before this time. */
  finished_before?: string | undefined;
};
type TaskFilter$1 = {
  /** Part of the index name, the error code or the requester, or the start of the task's id; in any case. */
  q?: string | undefined;
  model?: (string)[] | undefined;
  action?: ("REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX")[] | undefined;
  status?: ("failed" | "succeeded" | "cancelled" | "queued" | "running")[] | undefined;
  error_code?: (string)[] | undefined;
  index?: string | undefined;
  requested_by?: string | undefined;
  /** Created at this time or later. */
  created_after?: string | undefined;
  /** Created before this time. */
  created_before?: string | undefined;
  /** Finished at this time or later. */
  finished_after?: string | undefined;
  /** Finished before this time. */
  finished_before?: string | undefined;
  sort?: "newest" | "oldest" | "longest" | "recently_finished" | undefined;
  page_size?: string | number | undefined;
  page_token?: string | undefined;
};
type TaskSummary$1 = {
  /** Number of tasks by status. */
  counts: {
    failed: number;
    succeeded: number;
    cancelled: number;
    queued: number;
    running: number;
  };
  /** Failed tasks by error code, most frequent first. */
  failures: ({
    code: string;
    count: number;
    /** The task that failed last, and when. */
    latest_task_id: string;
    latest_at: string;
  })[];
  /** Time from start to end of the last 30 succeeded tasks of each kind, whatever the filter. */
  durations: ({
    model: string;
    action: "REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX";
    median_seconds: number;
    /** Number of tasks that the median is of, at most 30. */
    count: number;
  })[];
};
type Scope = "write" | "delete" | "read" | "delegate" | "admin";
type NewToken$1 = {
  name: string;
  scopes: ("write" | "delete" | "read" | "delegate" | "admin")[];
  expires_at?: string | undefined | null;
};
type Token$1 = {
  id: string;
  name: string;
  /** The first characters of its secret, to recognize it; null: created before these were kept. */
  prefix: string | null;
  scopes: ("write" | "delete" | "read" | "delegate" | "admin")[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
};
type CreatedToken$1 = {
  secret: string;
  token: {
    id: string;
    name: string;
    /** The first characters of its secret, to recognize it; null: created before these were kept. */
    prefix: string | null;
    scopes: ("write" | "delete" | "read" | "delegate" | "admin")[];
    created_at: string;
    expires_at: string | null;
    last_used_at: string | null;
    revoked_at: string | null;
  };
};
type TokenList$1 = {
  tokens: ({
    id: string;
    name: string;
    /** The first characters of its secret, to recognize it; null: created before these were kept. */
    prefix: string | null;
    scopes: ("write" | "delete" | "read" | "delegate" | "admin")[];
    created_at: string;
    expires_at: string | null;
    last_used_at: string | null;
    revoked_at: string | null;
  })[];
};
/**
 * The API uses snake_case, code uses camelCase. The types below map every name of the API to its name in code,
 * and the functions do the same at run time, so that no name is defined twice.
 */
type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Name;
/** A value from the wire with all keys in camelCase, at every depth. */
type CamelCased<Value> = Value extends readonly (infer Item)[] ? CamelCased<Item>[] : Value extends object ? { [Key in keyof Value as Key extends string ? CamelCase<Key> : Key]: CamelCased<Value[Key]>; } : Value;
/**
 * Converts a name of the HTTP API (snake_case) to the name in code.
 *
 * @example
 * toCamelCase('index_suffix') // 'indexSuffix'
 */
export declare function toCamelCase(name: string): string;
/**
 * Converts a name in code (camelCase) to the name of the HTTP API.
 *
 * @example
 * toSnakeCase('indexSuffix') // 'index_suffix'
 */
export declare function toSnakeCase(name: string): string;
/**
 * Converts the keys of a value of this package to the names of the HTTP API, at every depth. Values are not touched.
 *
 * @example
 * ```ts
 * JSON.stringify(snakeCaseKeys(await client.tasks.get(id))) // the task as on the wire
 * ```
 */
export declare function snakeCaseKeys(value: unknown): unknown;
/** A task. Times are RFC 3339 in UTC; `rate` is rows per second, `etaSeconds` seconds. */
type Task = CamelCased<Task$1>;
type TaskPage = CamelCased<TaskPage$1>;
type FailedDocument = CamelCased<FailedDocument$1>;
/** The result of a dry run: what the task would do, and its precondition failures. */
type TaskPlan = CamelCased<TaskPlan$1>;
/** One entry of a task's history. */
type TaskEvent = CamelCased<TaskEvent$1>;
/** An item of a phase: its worker and its progress. */
type TaskItem = CamelCased<TaskItem$1>;
type TaskItemSummary = CamelCased<TaskItemSummary$1>;
type FailedDocumentSummary = CamelCased<FailedDocumentSummary$1>;
/** The delivery of the webhook to a task's `callbackUrl`. */
type TaskCallback = CamelCased<TaskCallback$1>;
type TaskRates = CamelCased<TaskRates$1>;
/** An absent limit does not change; null removes a limit. */
type TaskLimits = CamelCased<TaskLimitsPatch>;
/** A message of an event stream: an entry of the history, or, in between, the current task. */
type TaskUpdate = TaskEvent | {
  type: "progress";
  task: Task;
};
type Index = CamelCased<Index$1>;
type IndexList = CamelCased<IndexList$1>;
type Stat = CamelCased<Stat$1>;
/** Mappings and settings have the names that OpenSearch has for their fields. */
type IndexDetails = CamelCased<IndexDetails$1>;
/** The moves of an alias, newest first. */
type AliasHistory = CamelCased<AliasHistory$1>;
/** The indices that were built of a model, newest first. */
type BuildList = CamelCased<BuildList$1>;
/** Documents of an index; `source` has the names that the document has for its fields. */
type DocumentPage = CamelCased<DocumentPage$1>;
/** A document, or why an index lacks it. */
type ExplainedDocument = CamelCased<ExplainedDocument$1>;
type Token = CamelCased<Token$1>;
type TokenList = CamelCased<TokenList$1>;
type NewToken = CamelCased<NewToken$1>;
/** Contains the secret, which is shown only once. */
type CreatedToken = CamelCased<CreatedToken$1>;
/** Counts of tasks by status and error, and how long tasks usually take. */
type TaskSummary = CamelCased<TaskSummary$1>;
/** A filter that the server takes several values of: a task has to match one of them. */
type OneOrMore<Fields> = { [Name in keyof Fields]: NonNullable<Fields[Name]> extends readonly (infer Item)[] ? Item | readonly Item[] | undefined : Fields[Name] | undefined; };
/**
 * Which tasks to count. Times are RFC 3339: `createdAfter` and `finishedAfter` include their time, `createdBefore` and
 * `finishedBefore` do not. Tasks that have not ended have not finished after or before any time.
 */
type TaskMatch = OneOrMore<CamelCased<TaskMatch$1>>;
/** Which tasks to list, and in which order. The contract takes `page_size` as text, so there its type is unknown. */
type TaskFilter = OneOrMore<Omit<CamelCased<TaskFilter$1>, "pageSize">> & {
  /** 1 to 500; default 50. */
  pageSize?: number | undefined;
};
/** Models are extensible: the server may have others than the two built-in ones. */
type ModelName = "image" | "audio" | (string & {});
/** Arguments of an action: the body of its request without `action`, which the method sets. */
type ActionArguments<Action extends ActionName> = ArgumentsOfBody<Extract<TaskRequest, {
  action: Action;
}>>;
type ArgumentsOfBody<Body> = { [Key in keyof Body as Key extends "action" ? never : Key extends string ? CamelCase<Key> : never]: Key extends "model" ? ModelName : Body[Key]; };
/** A request of any action, by the action's name on the wire. */
type NewTask = { [Name in ActionName]: {
  action: Name;
} & ActionArguments<Name>; }[ActionName];
type ReindexArguments = ActionArguments<"REINDEX">;
type FilteredIndexArguments = ActionArguments<"CREATE_AND_POPULATE_FILTERED_INDEX">;
type DeleteIndexArguments = ActionArguments<"DELETE_INDEX">;
type PointAliasArguments<Model extends ModelName = ModelName> = Omit<ActionArguments<"POINT_ALIAS">, "model" | "alias"> & {
  model: Model;
  /** The model's own name, or that with `-filtered`. */
  alias: NoInfer<Model> | `${NoInfer<Model>}-filtered`;
};
/** Time as a dependency, so that tests don't have to wait. */
interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
/** The codes of this version. A newer server may send other codes. */
type KnownErrorCode = ServerErrorCode | ClientErrorCode;
/** Codes of error responses (`IngestionApiError`) and of failed tasks (`TaskFailedError`). */
type ServerErrorCode = "action_unavailable" | "admin_token_needed" | "alias_altered" | "alias_is_index" | "alias_moved" | "body_too_large" | "callback_forbidden" | "cluster_unfit" | "database_refused" | "database_unavailable" | "column_missing" | "documents_failed" | "fields_missing" | "filtered_copy_missing" | "filtering_failed" | "foreign_host" | "foreign_origin" | "idempotency_key_reused" | "index_aliased" | "index_busy" | "index_changed" | "index_closed" | "index_differs" | "index_exists" | "index_in_rollback_window" | "index_not_found" | "index_replaced" | "index_shrank" | "index_unhealthy" | "index_unverified" | "internal_error" | "invalid_request" | "lease_lost" | "malformed_json" | "method_not_allowed" | "metrics_unavailable" | "model_not_found" | "not_found" | "not_ready" | "nothing_to_roll_back" | "page_token" | "request_aborted" | "scope_missing" | "search_refused" | "search_unavailable" | "table_not_found" | "table_replaced" | "table_unusable" | "task_not_found" | "task_state" | "term_invalid" | "terms_empty" | "terms_missing" | "terms_unavailable" | "token_not_found" | "unauthorized" | "unexpected_data" | "unfiltered_index" | "unsupported_media_type" | "verification_failed" | "workers_lost";
/** Codes of this package. */
type ClientErrorCode = "connection_failed" | "invalid_response" | "task_cancelled" | "task_failed" | "wait_timeout";
type ErrorCode = KnownErrorCode | (string & {});
/** Base class of the errors of this package. `code` is stable, messages are not. */
export declare abstract class IngestionError extends Error {
  abstract readonly code: ErrorCode;
  /**
   * Key of the request that starts a task, set by you or generated by the client. Start the task again with it and
   * the same arguments: if the first request arrived, you get the same task and no second one. Undefined
   * for requests without a key.
   */
  idempotencyKey: string | undefined;
}
/** Data of an error response, for the errors below. */
interface ApiFailure {
  message: string;
  status: number;
  problem: Problem;
  requestId: string | undefined;
  retryAfterMs: number | undefined;
}
/** The server responded with an error. There is a subclass for each meaning that a caller can act on. */
export declare class IngestionApiError extends IngestionError {
  override readonly name: string;
  readonly code: ErrorCode;
  /** The HTTP status. */
  readonly status: number;
  /** Identifies the request in the server's log. */
  readonly requestId: string | undefined;
  /** The whole response body: application/problem+json, in snake_case. */
  readonly problem: Problem;
  /** Retry-After of the response, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  constructor(failure: ApiFailure);
}
/** 400: the request is invalid. `errors` lists all violations. */
export declare class BadRequestError extends IngestionApiError {
  override readonly name = "BadRequestError";
  /** `pointer` is a JSON pointer (RFC 6901) into the body on the wire, such as `/index_suffix`. */
  readonly errors: readonly InputError[];
  constructor(failure: ApiFailure);
}
/** 409: the request is valid, but conflicts with the state of the index or the task. */
export declare class ConflictError extends IngestionApiError {
  override readonly name = "ConflictError";
  /** The conflicting task, if there is one (code `index_busy`). */
  readonly blockingTaskId: string | undefined;
  /** The index in question. */
  readonly index: string | undefined;
  constructor(failure: ApiFailure);
}
/** There was no complete response: refused, reset, timed out, no such host. `cause` is the error of `fetch`. */
export declare class ConnectionError extends IngestionError {
  override readonly name = "ConnectionError";
  readonly code = "connection_failed";
  /**
   * True when no attempt got a connection, so that the server can't have received the request. False when that is
   * unknown: an earlier attempt may have arrived, and browsers don't report it.
   */
  readonly neverSent: boolean;
  constructor(message: string, options: {
    neverSent: boolean;
    cause: unknown;
  });
}
/**
 * Whether a caught value is an error of this package with that code.
 *
 * @example if (isCode(error, 'index_exists')) return
 */
export declare function isCode<Code extends ErrorCode>(error: unknown, code: Code): error is IngestionError & {
  readonly code: Code;
};
/** 403: the token is valid, but lacks the scope. */
export declare class ForbiddenError extends IngestionApiError {
  override readonly name = "ForbiddenError";
}
/** The response is not from the ingestion server's API: a page of a proxy, another service. */
export declare class InvalidResponseError extends IngestionError {
  override readonly name = "InvalidResponseError";
  readonly code = "invalid_response";
  /** The HTTP status; 0 for a redirect in a browser. */
  readonly status: number;
  /** The start of the response body, for people. */
  readonly excerpt: string;
  /** Retry-After of the response, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, answer: {
    status: number;
    excerpt: string;
    retryAfterMs?: number | undefined;
  });
}
/** 404: there is no such task, index or path. */
export declare class NotFoundError extends IngestionApiError {
  override readonly name = "NotFoundError";
}
/** 429: too many requests, also after all retries. */
export declare class RateLimitedError extends IngestionApiError {
  override readonly name = "RateLimitedError";
}
/** 5xx: a fault of the server, not of the request. */
export declare class ServerError extends IngestionApiError {
  override readonly name: string;
}
/** The task was cancelled during the wait. */
export declare class TaskCancelledError extends IngestionError {
  override readonly name = "TaskCancelledError";
  readonly code = "task_cancelled";
  readonly task: Task;
  constructor(task: Task);
}
/** The task failed. `code` is the reason, `task.error.code`. */
export declare class TaskFailedError extends IngestionError {
  override readonly name = "TaskFailedError";
  readonly code: ErrorCode;
  readonly task: Task;
  constructor(task: Task);
}
/** 401: no token, or one that is unknown, revoked or expired. */
export declare class UnauthorizedError extends IngestionApiError {
  override readonly name = "UnauthorizedError";
}
/** 502, 503, 504: the server or a service that it needs is unavailable, also after all retries. */
export declare class UnavailableError extends ServerError {
  override readonly name = "UnavailableError";
}
/** 422: the Idempotency-Key was used before, for another request. */
export declare class UnprocessableError extends IngestionApiError {
  override readonly name = "UnprocessableError";
}
/** `wait` timed out. The task itself continues: wait again, or fetch it later by its id. */
export declare class WaitTimeoutError extends IngestionError {
  override readonly name = "WaitTimeoutError";
  readonly code = "wait_timeout";
  /** Its last known state. */
  readonly task: Task;
  constructor(task: Task, timeoutMs: number, lastFailure: unknown);
}
type Fetch = (url: string, init: RequestInit) => Promise<Response>;
/** Options of every call. */
interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** The user on whose behalf the token acts, instead of the client's. */
  actor?: string | undefined;
}
interface WatchOptions extends RequestOptions {
  /**
   * False: only polls. Otherwise it reads the server's event stream, and polls if a proxy blocks the stream. Browsers
   * limit the connections to a server over HTTP/1.1, and each stream takes one.
   */
  stream?: boolean | undefined;
  /** First polling interval; grows by half with each poll, and is at least the server's Retry-After. Default 500. */
  pollIntervalMs?: number | undefined;
  /** Maximum of the growing interval. Default 5000. */
  maxPollIntervalMs?: number | undefined;
}
interface UpdateOptions extends WatchOptions {
  /** Only events with a higher id than this, such as the last one received. Otherwise all. */
  after?: number | undefined;
  /** False: only the events until now, without `progress` updates. */
  follow?: boolean | undefined;
}
interface WaitOptions extends WatchOptions {
  /** Called with the task whenever it has changed. An error that it throws ends the wait. */
  onProgress?: ((task: Task) => void) | undefined;
  /** WaitTimeoutError is thrown after this time. Without it the wait lasts until the task ends or the signal aborts. */
  timeoutMs?: number | undefined;
}
interface CancelOptions extends RequestOptions {
  /** Keeps the partly built index; otherwise it is removed. */
  keepIndex?: boolean | undefined;
}
interface FailedDocumentOptions extends RequestOptions {
  /** Includes documents that a later write resolved. */
  resolved?: boolean | undefined;
  /** `full`: each whole document, which may have megabytes; otherwise its beginning. */
  body?: "full" | undefined;
}
/** A task on the server, with its last known state. */
interface TaskHandle {
  readonly id: string;
  /** The last known state, from any call. */
  readonly task: Task;
  /** Fetches the task once. */
  refresh(options?: RequestOptions): Promise<Task>;
  /**
   * Waits until the task has ended, and returns it when it succeeded. Survives restarts of the server.
   *
   * @throws TaskFailedError, TaskCancelledError, WaitTimeoutError, or the signal's reason
   * @example
   * const { documents } = await handle.wait({
   *   timeoutMs: 3_600_000,
   *   onProgress: ({ phase, progress }) => console.log(`${phase}: ${progress}%`),
   * })
   */
  wait(options?: WaitOptions): Promise<Task>;
  /**
   * The past and future events of the task, until it has ended. Between the events of its history it yields updates of
   * type `progress` with the current task. Survives restarts of the server.
   *
   * @example
   * for await (const update of handle.events()) {
   *   if (update.type === 'progress') console.log(update.task.counts, update.task.etaSeconds)
   *   else console.log(update.id, update.at, update.type, update.data)
   * }
   */
  events(options?: UpdateOptions): AsyncIterable<TaskUpdate>;
  /** The events of the task so far, by ascending id. */
  history(options?: RequestOptions): AsyncIterable<TaskEvent>;
  /**
   * Requests cancellation and returns the task: it stays active while it removes what it built.
   *
   * @throws ConflictError (code `task_state`) when it has ended
   */
  cancel(options?: CancelOptions): Promise<Task>;
  /**
   * Resumes a failed task from its checkpoints, or restarts a cancelled one; `wait` then waits for the new
   * attempt.
   *
   * @throws ConflictError (code `task_state`) when it has neither failed nor was cancelled
   */
  retry(options?: RequestOptions): Promise<Task>;
  /** Reads the rows of failed documents again and writes their current state. */
  redrive(options?: RequestOptions): Promise<Task>;
  /** Changes the limits of an active task. */
  setLimits(limits: TaskLimits, options?: RequestOptions): Promise<Task>;
  /** The items of its phases, fetched page by page as they are read. */
  items(options?: RequestOptions): AsyncIterable<TaskItem>;
  /**
   * The phases with their items, in at most a few hundred parts each. A repeated phase has an entry for each time.
   *
   * @example
   * const { stages } = await handle.itemSummary()
   * for (const { phase, done, items } of stages) console.log(`${phase}: ${done} of ${items}`)
   */
  itemSummary(options?: RequestOptions): Promise<TaskItemSummary>;
  /**
   * The rows that OpenSearch refused, also those that were written later, grouped by reason.
   *
   * @example
   * const { reasons } = await handle.failedDocumentSummary()
   * for (const { documents, examples } of reasons) console.log(documents, examples[0]?.reason)
   */
  failedDocumentSummary(options?: RequestOptions): Promise<FailedDocumentSummary>;
  /** The number of processed documents over time. */
  rates(options?: RequestOptions): Promise<TaskRates>;
  /** The delivery of the webhook to the task's `callback_url`, which is sent when the task has ended. */
  callback(options?: RequestOptions): Promise<TaskCallback>;
  /** The rows that OpenSearch refused, by ascending id, fetched page by page as they are read. */
  failedDocuments(options?: FailedDocumentOptions): AsyncIterable<FailedDocument>;
}
interface ActionOptions extends RequestOptions {
  /**
   * The server returns the same task for the same key and arguments, so a request whose response was lost can be sent
   * again. Each call generates a key unless you set one; an error of this package has it as `idempotencyKey`. Set one
   * to be safe beyond this call, for example when your program may restart or a signal may abort it.
   */
  idempotencyKey?: string | undefined;
  /** The URL to which the server reports the end of the task; the server decides which hosts it calls. */
  callbackUrl?: string | undefined;
  dryRun?: false | undefined;
}
interface DryRunOptions extends RequestOptions {
  callbackUrl?: string | undefined;
  dryRun: true;
}
/**
 * Starts a task and returns a handle as soon as the server has accepted it; with `dryRun: true` changes nothing, and
 * returns the plan.
 *
 * @throws BadRequestError, ConflictError and the other errors of this package
 */
interface StartAction<Args> {
  (args: Args, options: DryRunOptions): Promise<TaskPlan>;
  (args: Args, options?: ActionOptions): Promise<TaskHandle>;
}
/** Starts, lists and reads tasks. */
interface Tasks {
  /**
   * Starts a task of any action; each action also has a method of its own on the client.
   *
   * @example
   * const task = await client.tasks.create({ action: 'REINDEX', model: 'image', indexSuffix: '20231106' })
   * await task.wait()
   */
  readonly create: StartAction<NewTask>;
  /**
   * Fetches a task once.
   *
   * @throws NotFoundError
   */
  get(id: string, options?: RequestOptions): Promise<Task>;
  /**
   * One page, newest first unless `sort` says otherwise. `nextPageToken` goes into the next call's `pageToken`; null on
   * the last page.
   *
   * @throws BadRequestError for a page token of another order
   * @example
   * const { tasks } = await client.tasks.list({ q: '20231106', status: ['failed', 'cancelled'], sort: 'longest' })
   */
  list(filter?: TaskFilter, options?: RequestOptions): Promise<TaskPage>;
  /** All tasks that match the filter, in the order of `list`, fetched page by page as they are read. */
  iterate(filter?: TaskFilter, options?: RequestOptions): AsyncIterable<Task>;
  /**
   * Counts of the tasks that match by status, failed ones by error code, and the usual duration of tasks in seconds.
   * `status` changes nothing in it.
   *
   * @example
   * const { counts, failures } = await client.tasks.summary({ model: 'image', createdAfter: '2026-11-28T00:00:00Z' })
   */
  summary(match?: TaskMatch, options?: RequestOptions): Promise<TaskSummary>;
  /**
   * A handle to wait for, cancel or retry a task that was started earlier, for example from a stored id.
   *
   * @throws NotFoundError
   */
  handle(id: string, options?: RequestOptions): Promise<TaskHandle>;
}
interface Actions {
  /**
   * Builds `<model>-<indexSuffix>` from the database; without a suffix, the server generates one.
   *
   * @example
   * const task = await client.reindex({ model: 'image', indexSuffix: '20231106' })
   * await task.wait()
   */
  readonly reindex: StartAction<ReindexArguments>;
  /**
   * Builds `<model>-<destinationIndexSuffix>-filtered` from an index, without its sensitive documents.
   *
   * @example
   * const task = await client.createFilteredIndex({ model: 'image', destinationIndexSuffix: '20231106' })
   * await task.wait()
   */
  readonly createFilteredIndex: StartAction<FilteredIndexArguments>;
  /**
   * Moves an alias to `<model>-<indexSuffix>` in one atomic step.
   *
   * @example
   * const task = await client.pointAlias({ model: 'image', indexSuffix: '20231106', alias: 'image' })
   * await task.wait()
   */
  pointAlias<Model extends ModelName>(args: PointAliasArguments<Model>, options: DryRunOptions): Promise<TaskPlan>;
  pointAlias<Model extends ModelName>(args: PointAliasArguments<Model>, options?: ActionOptions): Promise<TaskHandle>;
  /**
   * Deletes `<model>-<indexSuffix>`.
   *
   * @example
   * const request = { model: 'image', indexSuffix: '20231005' } as const
   * const { refusals } = await client.deleteIndex(request, { dryRun: true })
   * if (refusals.length === 0) await (await client.deleteIndex(request)).wait()
   */
  readonly deleteIndex: StartAction<DeleteIndexArguments>;
}
interface HistoryOptions extends RequestOptions {
  /** Moves per page, 1 to 500; default 50. */
  pageSize?: number | undefined;
  /** `nextPageToken` of the page before. */
  pageToken?: string | undefined;
}
interface DocumentOptions extends RequestOptions {
  /** Words of a text field, or an id; absent: any documents. */
  q?: string | undefined;
  /** How many, 1 to 100; default 10. */
  pageSize?: number | undefined;
}
/** The indices of the models, and the aliases that searches go through. */
interface Indices {
  /** All indices, by model, newest first. */
  list(options?: RequestOptions): Promise<IndexList>;
  /**
   * An index: its aliases, documents, size and health, and whether it was verified.
   *
   * @throws NotFoundError
   * @example
   * const { aliases, documents, verified } = await client.indices.get('image-20231106')
   */
  get(name: string, options?: RequestOptions): Promise<Index>;
  /** Describes a name: an index, an alias, or unused. */
  stat(name: string, options?: RequestOptions): Promise<Stat>;
  /**
   * Mappings, settings and shards of an index, and how it differs from the one that is live.
   *
   * @throws NotFoundError
   * @example
   * const { comparedWith } = await client.indices.details('image-20231107')
   * for (const { path, here, there } of comparedWith?.differences ?? []) console.log(path, there, '→', here)
   */
  details(name: string, options?: RequestOptions): Promise<IndexDetails>;
  /**
   * The recorded moves of an alias, newest first. Moves by other programs are not recorded.
   *
   * @example
   * const { moves } = await client.indices.history('image', { pageSize: 10 })
   */
  history(alias: string, options?: HistoryOptions): Promise<AliasHistory>;
  /**
   * Documents that match words or an id, best first; without `q` any documents.
   *
   * @throws NotFoundError, ConflictError (code `index_closed`)
   * @example
   * const { documents, total } = await client.indices.documents('image-20231107', { q: 'blue whale' })
   */
  documents(name: string, options?: DocumentOptions): Promise<DocumentPage>;
  /**
   * A document by the id of its row and, if the index lacks it, why.
   *
   * @throws NotFoundError for an unknown index, ConflictError (code `index_closed`)
   * @example
   * const { inIndex, explanation, detail } = await client.indices.document('image-20231107', '4711')
   */
  document(name: string, id: string | number | bigint, options?: RequestOptions): Promise<ExplainedDocument>;
  /**
   * Points an alias back to its previous index.
   *
   * @throws ConflictError (code `nothing_to_roll_back`); UnprocessableError when the first response was lost
   *   and the alias has moved since: it is not moved twice
   * @example
   * const task = await client.indices.rollback('image')
   * await task.wait()
   */
  readonly rollback: StartAction<string>;
}
interface BuildOptions extends RequestOptions {
  /** Only indices that these actions created. */
  action?: BuildingAction | readonly BuildingAction[] | undefined;
  /** How many, 1 to 100; default 30. */
  limit?: number | undefined;
}
/** The kinds of rows that indices are built from. */
interface Models {
  /**
   * The indices that were built of a model, newest first, as far as tasks are kept; also those that were deleted since.
   * Durations are seconds, sizes bytes of the primary shards. `exists` is null while OpenSearch is unavailable.
   *
   * @throws NotFoundError for an unknown model
   * @example
   * const { builds } = await client.models.builds('image', { limit: 10 })
   * const durations = builds.map(({ durationSeconds }) => durationSeconds)
   */
  builds(model: string, options?: BuildOptions): Promise<BuildList>;
}
/** API tokens of the server. All calls need the scope `admin`. */
interface Tokens {
  /**
   * Creates a token. The response contains the secret, which is shown only once.
   *
   * @example
   * const { secret, token } = await client.tokens.create({ name: 'nightly', scopes: ['read', 'write'] })
   */
  create(token: NewToken, options?: RequestOptions): Promise<CreatedToken>;
  /** All tokens, also revoked and expired ones, without their secrets. */
  list(options?: RequestOptions): Promise<TokenList>;
  /**
   * Revokes a token: requests with it are rejected from now on.
   *
   * @throws NotFoundError
   */
  revoke(id: string, options?: RequestOptions): Promise<Token>;
}
interface ClientOptions {
  /** URL of the server, such as `http://localhost:8001`; may have a path, with or without a trailing slash. */
  baseUrl: string | URL;
  /** Secret of an API token, `ing_…`, sent as a bearer token. Not needed while the server accepts calls without one. */
  token?: string | undefined;
  /** The user on whose behalf the token acts; it needs the scope `delegate`. */
  actor?: string | undefined;
  /** Replaces the runtime's `fetch`. */
  fetch?: Fetch | undefined;
  /** How often a failed request is sent again, if that is safe. Default 3. */
  retries?: number | undefined;
  /** A request is not sent again if Retry-After is longer: the call fails at once. Default 60 s. */
  maxRetryAfterMs?: number | undefined;
  /** Timeout of one request, and maximum silence of an event stream. Default 30 s. */
  requestTimeoutMs?: number | undefined;
  /** For tests. */
  clock?: Clock | undefined;
  /** For tests: 0 to 1, for the jitter of retries. */
  random?: (() => number) | undefined;
}
/** Client of an ingestion server. */
interface Client extends Actions {
  readonly tasks: Tasks;
  readonly indices: Indices;
  readonly models: Models;
  readonly tokens: Tokens;
}
/**
 * Creates a client of an ingestion server. Sends no request.
 *
 * @throws TypeError when an option can't be used
 * @example
 * import { createClient, isCode } from '@ingestion-server/sdk'
 *
 * const client = createClient({ baseUrl: 'http://localhost:8001' })
 * try {
 *   const task = await client.reindex({ model: 'image', indexSuffix: '20231106' })
 *   await task.wait({ onProgress: ({ phase, progress }) => console.log(`${phase}: ${progress}%`) })
 *   await (await client.pointAlias({ model: 'image', indexSuffix: '20231106', alias: 'image' })).wait()
 * } catch (error) {
 *   if (!isCode(error, 'index_exists')) throw error
 * }
 */
export declare function createClient(options: ClientOptions): Client;
export type { ActionArguments, ActionName, ActionOptions, Actions, AliasHistory, BuildList, BuildOptions, BuildingAction, CancelOptions, Client, ClientOptions, Clock, CreatedToken, DeleteIndexArguments, DocumentExplanation, DocumentOptions, DocumentPage, DryRunOptions, ErrorCode, ExplainedDocument, FailedDocument, FailedDocumentOptions, FailedDocumentSummary, Fetch, FilteredIndexArguments, HistoryOptions, Index, IndexDetails, IndexList, Indices, InputError, KnownErrorCode, ModelName, Models, NewTask, NewToken, Phase, PointAliasArguments, Problem, ReindexArguments, RequestOptions, RowState, Scope, StartAction, Stat, Task, TaskCallback, TaskError, TaskEvent, TaskEventType, TaskFilter, TaskHandle, TaskItem, TaskItemSummary, TaskLimits, TaskMatch, TaskPage, TaskPlan, TaskRates, TaskSort, TaskStatus, TaskSummary, TaskUpdate, Tasks, Token, TokenList, Tokens, UpdateOptions, WaitOptions, WatchOptions };
//# sourceMappingURL=index.d.ts.map