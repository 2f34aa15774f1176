import { modelAliases, type PlanCheck, type TaskPlan, type TaskRequest } from '../contract/index.ts'
import { ActionUnavailableError, IndexBusyError, type IngestionError } from '../errors.ts'
import { tieDatabase } from '../rows/index.ts'
import { findAliasTargets } from '../search/index.ts'
import { toTaskError, type PlanContext, type TaskContext } from '../tasks/index.ts'

/** Timeout of one statement while a caller waits for a plan, milliseconds; the response is sent only at the end. */
const databasePatience = { silenceMs: 10_000, limitMs: 10_000 }

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
export async function planTask(
  given: PlanContext & Pick<TaskContext, 'actions'>,
  request: TaskRequest,
): Promise<TaskPlan> {
  const context = { ...given, db: tieDatabase(given.db, { clock: given.clock, ...databasePatience }) }
  const action = context.actions.find(({ name }) => name === request.action)
  if (!action) throw new ActionUnavailableError(request.action)
  const reservation = action.reserve(request)
  const busy = await findBusy(context, reservation.reserve)
  const { preconditionFailures, warnings, disk, checks, moves, exceptions, ...estimates } =
    await action.forecast(context, reservation.request, reservation.index)
  return {
    dry_run: true,
    model: request.model,
    action: request.action,
    index: reservation.index,
    request: reservation.request,
    ...estimates,
    disk,
    checks,
    aliases: await Promise.all(
      modelAliases(request.model).map(async (alias) => ({
        alias,
        indices: (await findAliasTargets(context.search, alias)).map(({ name }) => name),
      })),
    ),
    moves,
    exceptions,
    refusals: [...busy, ...preconditionFailures].map(toTaskError),
    warnings: [...warnings, ...checks.filter(isWarning).map(({ check, detail }) => `${check}: ${detail}`)],
  }
}

async function findBusy({ store }: PlanContext, names: readonly string[]): Promise<IngestionError[]> {
  const holders = await Promise.all(names.map((name) => store.findReservation(name)))
  return names.flatMap((name, position) => {
    const holder = holders[position]
    return holder ? [new IndexBusyError(name, holder)] : []
  })
}

/**
 * Checks for conditions that a task waits for, or that are only estimates. Any other failed check is a precondition
 * failure.
 */
function isWarning({ check, status }: PlanCheck): boolean {
  return status === 'failed' && ['disk', 'blocks', 'alias_names'].includes(check)
}
