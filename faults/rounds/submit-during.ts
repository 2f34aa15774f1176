import type { Task } from '@ingestion-server/core/contract'
import { UnexpectedResponseError } from './api-client.ts'

/**
 * Submits a task while there are faults. On a busy machine, a fault that was planned for a request of the task may begin
 * before the task is accepted. The server may then refuse it for the reasons for which it would fail, and has to accept
 * it once the faults are over.
 *
 * @param codes of the errors that the faults explain
 * @throws UnexpectedResponseError for a refusal that they do not explain, or that remains
 */
export async function submitDuring(
  endFaults: () => Promise<void>,
  codes: readonly string[],
  submit: () => Promise<Task>,
): Promise<Task> {
  try {
    return await submit()
  } catch (error) {
    if (!(error instanceof UnexpectedResponseError && error.code !== null && codes.includes(error.code)))
      throw error
    await endFaults()
    return submit()
  }
}
