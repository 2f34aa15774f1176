import type {
  ActionName,
  AliasHistory as WireAliasHistory,
  BuildList as WireBuildList,
  CreatedToken as WireCreatedToken,
  DocumentPage as WireDocumentPage,
  ExplainedDocument as WireExplainedDocument,
  FailedDocument as WireFailedDocument,
  FailedDocumentPage as WireFailedDocumentPage,
  Index as WireIndex,
  IndexDetails as WireIndexDetails,
  IndexList as WireIndexList,
  NewToken as WireNewToken,
  Stat as WireStat,
  Task as WireTask,
  TaskEvent as WireTaskEvent,
  TaskEventPage as WireTaskEventPage,
  TaskFilter as WireTaskFilter,
  TaskItem as WireTaskItem,
  FailedDocumentSummary as WireFailedDocumentSummary,
  TaskItemPage as WireTaskItemPage,
  TaskItemSummary as WireTaskItemSummary,
  TaskLimitsPatch as WireTaskLimitsPatch,
  TaskMatch as WireTaskMatch,
  TaskPage as WireTaskPage,
  TaskPlan as WireTaskPlan,
  TaskCallback as WireTaskCallback,
  TaskRates as WireTaskRates,
  TaskRequest,
  TaskSummary as WireTaskSummary,
  Token as WireToken,
  TokenList as WireTokenList,
} from '@ingestion-server/core/contract'
import type { CamelCase, CamelCased } from './camel-case.ts'

export type {
  ActionMethods,
  ActionName,
  BuildingAction,
  DocumentExplanation,
  InputError,
  Phase,
  Problem,
  RowState,
  Scope,
  TaskError,
  TaskEventType,
  TaskSort,
  TaskStatus,
} from '@ingestion-server/core/contract'

/** A task. Times are RFC 3339 in UTC; `rate` is rows per second, `etaSeconds` seconds. */
export type Task = CamelCased<WireTask>
export type TaskPage = CamelCased<WireTaskPage>
export type FailedDocument = CamelCased<WireFailedDocument>
export type FailedDocumentPage = CamelCased<WireFailedDocumentPage>
/** The result of a dry run: what the task would do, and its precondition failures. */
export type TaskPlan = CamelCased<WireTaskPlan>
/** One entry of a task's history. */
export type TaskEvent = CamelCased<WireTaskEvent>
export type TaskEventPage = CamelCased<WireTaskEventPage>
/** An item of a phase: its worker and its progress. */
export type TaskItem = CamelCased<WireTaskItem>
export type TaskItemSummary = CamelCased<WireTaskItemSummary>
export type FailedDocumentSummary = CamelCased<WireFailedDocumentSummary>
export type TaskItemPage = CamelCased<WireTaskItemPage>
/** The delivery of the webhook to a task's `callbackUrl`. */
export type TaskCallback = CamelCased<WireTaskCallback>
export type TaskRates = CamelCased<WireTaskRates>
/** An absent limit does not change; null removes a limit. */
export type TaskLimits = CamelCased<WireTaskLimitsPatch>

/** A message of an event stream: an entry of the history, or, in between, the current task. */
export type TaskUpdate = TaskEvent | { type: 'progress'; task: Task }

export type Index = CamelCased<WireIndex>
export type IndexList = CamelCased<WireIndexList>
export type Stat = CamelCased<WireStat>
/** Mappings and settings have the names that OpenSearch has for their fields. */
export type IndexDetails = CamelCased<WireIndexDetails>
/** The moves of an alias, newest first. */
export type AliasHistory = CamelCased<WireAliasHistory>
/** The indices that were built of a model, newest first. */
export type BuildList = CamelCased<WireBuildList>
/** Documents of an index; `source` has the names that the document has for its fields. */
export type DocumentPage = CamelCased<WireDocumentPage>
/** A document, or why an index lacks it. */
export type ExplainedDocument = CamelCased<WireExplainedDocument>

export type Token = CamelCased<WireToken>
export type TokenList = CamelCased<WireTokenList>
export type NewToken = CamelCased<WireNewToken>
/** Contains the secret, which is shown only once. */
export type CreatedToken = CamelCased<WireCreatedToken>

/** Counts of tasks by status and error, and how long tasks usually take. */
export type TaskSummary = CamelCased<WireTaskSummary>

/** A filter that the server takes several values of: a task has to match one of them. */
type OneOrMore<Fields> = {
  [Name in keyof Fields]: NonNullable<Fields[Name]> extends readonly (infer Item)[]
    ? Item | readonly Item[] | undefined
    : Fields[Name] | undefined
}

/**
 * Which tasks to count. Times are RFC 3339: `createdAfter` and `finishedAfter` include their time, `createdBefore` and
 * `finishedBefore` do not. Tasks that have not ended have not finished after or before any time.
 */
export type TaskMatch = OneOrMore<CamelCased<WireTaskMatch>>

/** Which tasks to list, and in which order. The contract takes `page_size` as text, so there its type is unknown. */
export type TaskFilter = OneOrMore<Omit<CamelCased<WireTaskFilter>, 'pageSize'>> & {
  /** 1 to 500; default 50. */
  pageSize?: number | undefined
}

/** Models are extensible: the server may have others than the two built-in ones. */
export type ModelName = 'image' | 'audio' | (string & {})

/** Arguments of an action: the body of its request without `action`, which the method sets. */
export type ActionArguments<Action extends ActionName> = ArgumentsOfBody<
  Extract<TaskRequest, { action: Action }>
>
type ArgumentsOfBody<Body> = {
  [
    Key in keyof Body as Key extends 'action' ? never : Key extends string ? CamelCase<Key> : never
  ]: Key extends 'model' ? ModelName : Body[Key]
}

/** A request of any action, by the action's name on the wire. */
export type NewTask = { [Name in ActionName]: { action: Name } & ActionArguments<Name> }[ActionName]

export type ReindexArguments = ActionArguments<'REINDEX'>
export type FilteredIndexArguments = ActionArguments<'CREATE_AND_POPULATE_FILTERED_INDEX'>
export type DeleteIndexArguments = ActionArguments<'DELETE_INDEX'>
export type PointAliasArguments<Model extends ModelName = ModelName> = Omit<
  ActionArguments<'POINT_ALIAS'>,
  'model' | 'alias'
> & {
  model: Model
  /** The model's own name, or that with `-filtered`. */
  alias: NoInfer<Model> | `${NoInfer<Model>}-filtered`
}
