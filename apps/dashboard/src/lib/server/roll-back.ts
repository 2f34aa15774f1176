import { error as refuse } from '@sveltejs/kit'
import { IngestionError, type Client, type Task, type TaskPlan } from '@ingestion-server/sdk'
import type { Move } from '../promotion.ts'
import { rollbackKey, rollbackName, rollbackRisks } from '../rollback.ts'
import { aliasOf } from '../actions/point-alias/promotion-task.ts'

/** What the form of a rollback says. */
export interface RollbackForm {
  /** Key of the moves that the page showed; null: it showed none. */
  shown: string | null
  /** The typed confirmation. */
  typed: string
}

export function readRollbackForm(form: FormData): RollbackForm {
  const [shown, typed] = [form.get('to'), form.get('confirm')]
  return {
    shown: typeof shown === 'string' ? shown.replaceAll('\r', '') : null,
    typed: typeof typed === 'string' ? typed : '',
  }
}

/** The risks of a planned rollback, as sentences. */
function risksOf({ moves, exceptions }: Pick<TaskPlan, 'moves' | 'exceptions'>): string[] {
  const unfiltered = exceptions.filter(({ allowedBy }) => allowedBy === 'allow_unfiltered')
  return rollbackRisks(moves, (move) => unfiltered.some(({ alias }) => alias === move.alias))
}

/**
 * Rolls an alias back, unless the user has to look again: a rollback undoes the last move, whatever it is, and one that
 * loses documents or the filter needs the name of the index.
 *
 * @returns the id of the task
 * @throws HttpError 409 if it is not started; errors of the SDK
 */
export async function rollBack(
  client: Client,
  alias: string,
  { shown, typed }: RollbackForm,
): Promise<string> {
  const plan = await client.indices.rollback(alias, { dryRun: true })
  const { moves } = plan
  if (shown !== null && rollbackKey(moves) !== shown) {
    refuse(
      409,
      `${alias} has moved since the page was shown, and would now go back to ${moves.map(({ to }) => to.index).join(' and ')}. Nothing was started: check the page again.`,
    )
  }
  const risks = risksOf(plan)
  if (risks.length > 0 && typed !== rollbackName(moves))
    refuse(409, `${risks.join(' ')} Type ${rollbackName(moves)} to roll back. Nothing was started.`)
  return (await client.indices.rollback(alias)).id
}

/** A planned rollback, for a button that shows it. */
export interface PlannedRollback {
  moves: Move[]
  risks: string[]
}

/**
 * What a rollback of the alias of a promotion would move.
 *
 * @returns null: the task is no promotion that succeeded, or the server can't plan one now
 */
export async function planRollback(client: Client, task: Task): Promise<PlannedRollback | null> {
  if (task.action !== 'POINT_ALIAS' || task.status !== 'succeeded') return null
  try {
    const plan = await client.indices.rollback(aliasOf(task), { dryRun: true })
    return { moves: plan.moves, risks: risksOf(plan) }
  } catch (cause) {
    if (cause instanceof IngestionError) return null
    throw cause
  }
}
