import { countDocuments } from './count-text.ts'

/**
 * Base class of the errors that callers can distinguish, one class each. `code` is stable and sent over the wire; the
 * message says what happened, to what, and what to do next.
 */
export abstract class IngestionError extends Error {
  abstract readonly code: string
  /** Fields sent over the wire beside the message, in snake_case. */
  readonly details: Record<string, unknown>

  constructor(message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.details = options.details ?? {}
  }
}

/** Another active task works on the index or on the alias. */
export class IndexBusyError extends IngestionError {
  override readonly name = 'IndexBusyError'
  readonly code = 'index_busy'
  constructor(index: string, taskId: string) {
    super(`${index} is being worked on by task ${taskId}; wait for it or cancel it first`, {
      details: { index, task_id: taskId },
    })
  }
}

/** A task would create an index whose name is taken by another index. */
export class IndexExistsError extends IngestionError {
  override readonly name = 'IndexExistsError'
  readonly code = 'index_exists'
  constructor(index: string) {
    super(`index ${index} exists already; choose another suffix or delete it first`, { details: { index } })
  }
}

/** The task's index was deleted, or replaced by another with the same name. */
export class IndexReplacedError extends IngestionError {
  override readonly name = 'IndexReplacedError'
  readonly code = 'index_replaced'
  constructor(index: string, cause?: unknown) {
    super(`index ${index} was deleted or replaced while the task worked on it; run the task again`, {
      details: { index },
      cause,
    })
  }
}

/** The database has no table or view of a name that a model or a statement reads. */
export class TableNotFoundError extends IngestionError {
  override readonly name = 'TableNotFoundError'
  readonly code = 'table_not_found'
  constructor(table: string, cause?: unknown) {
    super(`the database has no table or view ${table}; check DATABASE_URL`, { details: { table }, cause })
  }
}

/** The table was swapped under a running task, for example by a data refresh. */
export class TableReplacedError extends IngestionError {
  override readonly name = 'TableReplacedError'
  readonly code = 'table_replaced'
  constructor(table: string) {
    super(`table ${table} was replaced by another one while it was read; run the task again from the start`, {
      details: { table },
    })
  }
}

/** OpenSearch refused more documents than `max_failed` allows. */
export class DocumentsFailedError extends IngestionError {
  override readonly name = 'DocumentsFailedError'
  readonly code = 'documents_failed'
  constructor(index: string, failed: number, maxFailed: number) {
    super(
      `${countDocuments(failed)} of index ${index} ${failed === 1 ? 'was' : 'were'} refused by OpenSearch (allowed: ${maxFailed}); ` +
        'check the failed documents of the task, repair the rows, and retry it',
      { details: { index, failed, max_failed: maxFailed } },
    )
  }

  /** The task reached the limit of stored failed documents and stops early. */
  static beyondLimit(index: string, limit: number): DocumentsFailedError {
    const error = new DocumentsFailedError(index, limit, limit)
    error.message =
      `more than ${limit} documents of index ${index} were refused by OpenSearch, so the task stopped; ` +
      'check the failed documents of the task, repair the rows or the mapping, and retry it'
    return error
  }
}

/** Documents still differ from their rows after the maximum number of repairs. */
export class VerificationFailedError extends IngestionError {
  override readonly name = 'VerificationFailedError'
  readonly code = 'verification_failed'
  /** @param fields fields that differed, if fields were compared, and in how many documents */
  constructor(
    index: string,
    differingIds: readonly string[],
    fields: readonly { field: string; documents: number }[] = [],
  ) {
    const names = fields.map(({ field, documents }) => `${field} (${documents} documents)`)
    super(
      `index ${index} still differs from the database after its documents were written again, for example in ` +
        `${differingIds.slice(0, 20).join(', ')}` +
        `${names.length > 0 ? `; fields that differed: ${names.join(', ')}` : ''}; ` +
        'find out what else writes to it or changes what is written (an ingest pipeline, a proxy), and retry the task',
      { details: { index, ids: differingIds.slice(0, 20), ...(names.length > 0 && { fields }) } },
    )
  }
}

/** OpenSearch can't be reached or can't work now. Transient, so the call is retried. */
export class SearchUnavailableError extends IngestionError {
  override readonly name = 'SearchUnavailableError'
  readonly code = 'search_unavailable'
}

/** OpenSearch refused a request, and retrying does not help. */
export class SearchRefusedError extends IngestionError {
  override readonly name = 'SearchRefusedError'
  readonly code = 'search_refused'
}

/** Postgres can't be reached, or is starting or stopping. Transient, so the call is retried. */
export class DatabaseUnavailableError extends IngestionError {
  override readonly name = 'DatabaseUnavailableError'
  readonly code = 'database_unavailable'
}

/** Postgres refused a statement, and retrying does not help. */
export class DatabaseRefusedError extends IngestionError {
  override readonly name = 'DatabaseRefusedError'
  readonly code = 'database_refused'
}

/** The task store has no task with this id: it was never created, or was removed after its retention. */
export class TaskNotFoundError extends IngestionError {
  override readonly name = 'TaskNotFoundError'
  readonly code = 'task_not_found'
  constructor(taskId: string) {
    super(`there is no task ${taskId}`, { details: { task_id: taskId } })
  }
}

/** An idempotency key was reused with a different request. */
export class IdempotencyKeyReusedError extends IngestionError {
  override readonly name = 'IdempotencyKeyReusedError'
  readonly code = 'idempotency_key_reused'
  constructor(key: string, taskId: string) {
    super(
      `idempotency key ${JSON.stringify(key)} was used for another request, which made task ${taskId}; ` +
        'choose a new key for a new request',
      { details: { task_id: taskId } },
    )
  }
}

/** The task's state does not allow the request. */
export class TaskStateError extends IngestionError {
  override readonly name = 'TaskStateError'
  readonly code = 'task_state'
}

/** Another worker has the item now, or the task has ended. The worker that gets this error must stop writing. */
export class LeaseLostError extends IngestionError {
  override readonly name = 'LeaseLostError'
  readonly code = 'lease_lost'
  constructor(taskId: string) {
    super(`the lease on task ${taskId} was lost to another worker or the task has ended`, {
      details: { task_id: taskId },
    })
  }
}

/** The server knows the action but does not support it yet. */
export class ActionUnavailableError extends IngestionError {
  override readonly name = 'ActionUnavailableError'
  readonly code = 'action_unavailable'
  constructor(action: string) {
    super(`${action} can't be run by this server yet`, { details: { action } })
  }
}

/** The alias for filtered documents would point to an unfiltered index. */
export class UnfilteredIndexError extends IngestionError {
  override readonly name = 'UnfilteredIndexError'
  readonly code = 'unfiltered_index'
  constructor(alias: string, index: string, reason: string) {
    super(
      `alias ${alias} can't point to ${index}: ${reason}; build a filtered index first, ` +
        'or set allow_unfiltered to serve all documents on purpose',
      { details: { alias, index } },
    )
  }
}

/** Another client moved the alias while a task was about to move it. */
export class AliasMovedError extends IngestionError {
  override readonly name = 'AliasMovedError'
  readonly code = 'alias_moved'
  constructor(alias: string, indices: readonly string[]) {
    super(
      `alias ${alias} was moved by another client while this task ran, and now points to ${indices.join(', ') || 'nothing'}; ` +
        'retry the task to move it anyway',
      { details: { alias, indices } },
    )
  }
}

/** The alias name is the name of an index. */
export class AliasIsIndexError extends IngestionError {
  override readonly name = 'AliasIsIndexError'
  readonly code = 'alias_is_index'
  constructor(alias: string) {
    super(`${alias} is an index, so no alias can have that name; delete or rename that index first`, {
      details: { alias },
    })
  }
}

/** The index has far fewer documents than the alias serves now. */
export class IndexShrankError extends IngestionError {
  override readonly name = 'IndexShrankError'
  readonly code = 'index_shrank'
  constructor(index: string, documents: number, live: { alias: string; documents: number }) {
    super(
      `index ${index} has ${countDocuments(documents)} and alias ${live.alias} serves ${live.documents} now; ` +
        'find out what is missing, or set allow_shrink if the loss is intended',
      { details: { index, documents, alias: live.alias, live_documents: live.documents } },
    )
  }
}

/** The index did not become healthy in time. */
export class IndexUnhealthyError extends IngestionError {
  override readonly name = 'IndexUnhealthyError'
  readonly code = 'index_unhealthy'
  constructor(index: string, health: string) {
    super(
      `index ${index} is ${health} and did not become healthy in time; ` +
        'see why its shards are not allocated, and retry the task',
      { details: { index, health } },
    )
  }
}

/** The index is in use: an alias points to it. */
export class IndexAliasedError extends IngestionError {
  override readonly name = 'IndexAliasedError'
  readonly code = 'index_aliased'
  constructor(index: string, alias: string) {
    super(`index ${index} has alias ${alias}; point the alias elsewhere first`, { details: { index, alias } })
  }
}

/** An alias pointed to the index recently and can still be rolled back to it. */
export class IndexInRollbackWindowError extends IngestionError {
  override readonly name = 'IndexInRollbackWindowError'
  readonly code = 'index_in_rollback_window'
  /** @param until ISO 8601 */
  constructor(index: string, alias: string, until: string) {
    super(
      `alias ${alias} pointed to index ${index} and can be rolled back to it until ${until}; delete it after that`,
      { details: { index, alias, until } },
    )
  }
}

/** The alias's previous index is unknown, or the alias can't point to it any more. */
export class NothingToRollBackError extends IngestionError {
  override readonly name = 'NothingToRollBackError'
  readonly code = 'nothing_to_roll_back'
  constructor(alias: string, reason: string) {
    super(`alias ${alias} can't be rolled back: ${reason}; point it to an index with POINT_ALIAS`, {
      details: { alias },
    })
  }
}

/** The index of a request does not exist. */
export class IndexNotFoundError extends IngestionError {
  override readonly name = 'IndexNotFoundError'
  readonly code = 'index_not_found'
  constructor(index: string) {
    super(`there is no index ${index}; build it first or name another one`, { details: { index } })
  }
}

/** The index was not compared with the database: it was built elsewhere, or its task did not complete. */
export class IndexUnverifiedError extends IngestionError {
  override readonly name = 'IndexUnverifiedError'
  readonly code = 'index_unverified'
  /** @param todo advice for the caller */
  constructor(index: string, todo = 'build it with REINDEX first') {
    super(`index ${index} was not verified by this server; ${todo}`, { details: { index } })
  }
}

/** The index lacks fields that sensitive terms are searched in, so filtering it would miss documents. */
export class FieldsMissingError extends IngestionError {
  override readonly name = 'FieldsMissingError'
  readonly code = 'fields_missing'
  constructor(index: string, fields: readonly string[]) {
    super(`index ${index} has no field ${fields.join(', ')}, so it can't be filtered; rebuild it`, {
      details: { index, fields },
    })
  }
}

/** Several workers in a row died or froze on the same piece of work without saving progress. */
export class WorkersLostError extends IngestionError {
  override readonly name = 'WorkersLostError'
  readonly code = 'workers_lost'
  constructor(workers: number, phase: string, ordinal: number | null) {
    const work = ordinal === null ? `at the end of phase ${phase}` : `on item ${ordinal} of phase ${phase}`
    super(
      `${workers} workers in a row were lost ${work}; ` +
        'find out what kills or stalls them (lack of memory, for one), then retry the task',
      { details: { workers, phase, item: ordinal } },
    )
  }
}

/** No list of sensitive terms is configured. */
export class TermsMissingError extends IngestionError {
  override readonly name = 'TermsMissingError'
  readonly code = 'terms_missing'
  constructor() {
    super('no list of sensitive terms is configured; set SENSITIVE_TERMS_URL and retry the task')
  }
}

/** The list of sensitive terms can't be read now. */
export class TermsUnavailableError extends IngestionError {
  override readonly name = 'TermsUnavailableError'
  readonly code = 'terms_unavailable'
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(
      `the list of sensitive terms can't be read: ${reason}; check SENSITIVE_TERMS_URL and retry the task`,
      {
        cause,
      },
    )
  }
}

/** The list of sensitive terms is empty: an index filtered with it would be unfiltered. */
export class TermsEmptyError extends IngestionError {
  override readonly name = 'TermsEmptyError'
  readonly code = 'terms_empty'
  constructor() {
    super('the list of sensitive terms is empty; check SENSITIVE_TERMS_URL and retry the task')
  }
}

/** A line of the list of sensitive terms can't be searched for. */
export class TermInvalidError extends IngestionError {
  override readonly name = 'TermInvalidError'
  readonly code = 'term_invalid'
  constructor(line: number, text: string, reason: string) {
    super(
      `line ${line} of the sensitive terms, ${JSON.stringify(text.slice(0, 100))}, ${reason}; ` +
        'correct it or put # before it, and retry the task',
      { details: { line } },
    )
  }
}

/** Filtering did not produce exactly the expected documents. */
export class FilteringFailedError extends IngestionError {
  override readonly name = 'FilteringFailedError'
  readonly code = 'filtering_failed'
  constructor(index: string, reason: string) {
    super(`index ${index} could not be filtered: ${reason}; retry the task`, { details: { index } })
  }
}
