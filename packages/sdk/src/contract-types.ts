import type {
  ActionName,
  FailedDocument as WireFailedDocument,
  FailedDocumentPage as WireFailedDocumentPage,
  Task as WireTask,
  TaskFilter as WireTaskFilter,
  TaskPage as WireTaskPage,
  TaskRequest,
} from '@ingestion-server/core/contract'
import type { CamelCase, CamelCased } from './camel-case.ts'

export type {
  ActionName,
  InputError,
  Phase,
  Problem,
  TaskError,
  TaskStatus,
} from '@ingestion-server/core/contract'

/** A task as the server tells it. Times are RFC 3339 in UTC; `rate` is rows per second, `etaSeconds` seconds. */
export type Task = CamelCased<WireTask>
export type TaskPage = CamelCased<WireTaskPage>
export type FailedDocument = CamelCased<WireFailedDocument>
export type FailedDocumentPage = CamelCased<WireFailedDocumentPage>

/** Which tasks to list. The contract takes `page_size` as text of a query, so there its type is unknown. */
export type TaskFilter = Omit<CamelCased<WireTaskFilter>, 'pageSize'> & {
  /** 1 to 500, otherwise 50. */
  pageSize?: number | undefined
}

/** Models are open: the server may know others than the two that it comes with. */
export type ModelName = 'image' | 'audio' | (string & {})

/** What an action takes, from the body of its request: without `action`, which the method names. */
type Arguments<Action extends ActionName> = ArgumentsOfBody<Extract<TaskRequest, { action: Action }>>
type ArgumentsOfBody<Body> = {
  [
    Key in keyof Body as Key extends 'action' ? never : Key extends string ? CamelCase<Key> : never
  ]: Key extends 'model' ? ModelName : Body[Key]
}

export type ReindexArguments = Arguments<'REINDEX'>
export type FilteredIndexArguments = Arguments<'CREATE_AND_POPULATE_FILTERED_INDEX'>
export type DeleteIndexArguments = Arguments<'DELETE_INDEX'>
export type PointAliasArguments<Model extends ModelName = ModelName> = Omit<
  Arguments<'POINT_ALIAS'>,
  'model' | 'alias'
> & {
  model: Model
  /** The model's own name, or that with `-filtered`. */
  alias: NoInfer<Model> | `${NoInfer<Model>}-filtered`
}
