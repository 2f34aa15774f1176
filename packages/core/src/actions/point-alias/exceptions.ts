import type { PlanException } from '../../contract/index.ts'
import { toTaskError } from '../../tasks/index.ts'
import type { Exception } from './check-promotion.ts'

/** Exceptions as a plan and the result of a task show them. */
export function toPlanExceptions(exceptions: readonly Exception[]) {
  return exceptions.map(({ allowedBy, alias, error }) => {
    return { ...toTaskError(error), allowed_by: allowedBy, alias } satisfies PlanException
  })
}
