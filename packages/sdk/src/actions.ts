import { toWire } from './camel-case.ts'
import type {
  ActionArguments,
  ActionMethods,
  ActionName,
  DeleteIndexArguments,
  FilteredIndexArguments,
  ModelName,
  PointAliasArguments,
  ReindexArguments,
  TaskPlan,
} from './contract-types.ts'
import type { Transport } from './http/index.ts'
import {
  createAction,
  type ActionOptions,
  type DryRunOptions,
  type StartAction,
  type TaskHandle,
} from './tasks/index.ts'

export interface Actions {
  /**
   * Builds `<model>-<indexSuffix>` from the database; without a suffix, the server generates one.
   *
   * @example
   * const task = await client.reindex({ model: 'image', indexSuffix: '20231106' })
   * await task.wait()
   */
  readonly reindex: StartAction<ReindexArguments>
  /**
   * Builds `<model>-<destinationIndexSuffix>-filtered` from an index, without its sensitive documents.
   *
   * @example
   * const task = await client.createFilteredIndex({ model: 'image', destinationIndexSuffix: '20231106' })
   * await task.wait()
   */
  readonly createFilteredIndex: StartAction<FilteredIndexArguments>
  /**
   * Moves an alias to `<model>-<indexSuffix>` in one atomic step.
   *
   * @example
   * const task = await client.pointAlias({ model: 'image', indexSuffix: '20231106', alias: 'image' })
   * await task.wait()
   */
  pointAlias<Model extends ModelName>(
    args: PointAliasArguments<Model>,
    options: DryRunOptions,
  ): Promise<TaskPlan>
  pointAlias<Model extends ModelName>(
    args: PointAliasArguments<Model>,
    options?: ActionOptions,
  ): Promise<TaskHandle>
  /**
   * Deletes `<model>-<indexSuffix>`.
   *
   * @example
   * const request = { model: 'image', indexSuffix: '20231005' } as const
   * const { refusals } = await client.deleteIndex(request, { dryRun: true })
   * if (refusals.length === 0) await (await client.deleteIndex(request)).wait()
   */
  readonly deleteIndex: StartAction<DeleteIndexArguments>
}

/** A method for each action, with its arguments. */
type ActionsOfContract = {
  readonly [Method in keyof ActionMethods]: StartAction<ActionArguments<ActionMethods[Method]>>
}

export function createActions(transport: Transport): Actions {
  const post = <Name extends ActionName>(action: Name) =>
    createAction<ActionArguments<Name>>(transport, (args) => ({
      path: 'task',
      body: { ...toWire<unknown>({ ...args }), action },
    }))

  const actions: Actions = {
    reindex: post('REINDEX'),
    createFilteredIndex: post('CREATE_AND_POPULATE_FILTERED_INDEX'),
    pointAlias: post('POINT_ALIAS'),
    deleteIndex: post('DELETE_INDEX'),
  }
  return actions satisfies ActionsOfContract
}
