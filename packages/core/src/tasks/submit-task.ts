import { classifyError, unavailableService } from '../classify-error.ts'
import type { TaskRequest } from '../contract/index.ts'
import { ActionUnavailableError, IndexBusyError } from '../errors.ts'
import type { TaskContext } from './action.ts'
import type { TaskRecord } from './task-store.ts'

/**
 * Makes a queued task of a request, after refusing what can be refused at once.
 *
 * @throws IndexBusyError, ActionUnavailableError, and what the action refuses
 * @throws DatabaseUnavailableError when the task can't be stored
 */
export async function submitTask(
  context: Pick<TaskContext, 'actions' | 'store' | 'search' | 'settings'>,
  request: TaskRequest,
  options: { requestedBy?: string | null } = {},
): Promise<TaskRecord> {
  const action = context.actions.find(({ name }) => name === request.action)
  if (!action) throw new ActionUnavailableError(request.action)
  const reservation = action.reserve(request)
  const blockingTask = await context.store.findReservation(reservation.index)
  if (blockingTask) throw new IndexBusyError(reservation.index, blockingTask)
  await action.check(context, reservation.request, reservation.index).catch((thrown: unknown) => {
    const error = classifyError(thrown)
    // With OpenSearch away nothing can be known at once: the task is taken, waits, and checks when it runs.
    if (unavailableService(error) !== 'opensearch') throw error
  })
  return context.store.create({
    model: request.model,
    action: request.action,
    ...reservation,
    requestedBy: options.requestedBy ?? null,
  })
}
