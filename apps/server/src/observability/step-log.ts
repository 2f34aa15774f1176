import { classifyError, LeaseLostError, type Clock } from '@ingestion-server/core'
import type { Logger } from './log.ts'
import type { Observer, Step } from './observer.ts'

/** Logs the work of this process on tasks: a line for each phase that ends, and, at debug, for each item. */
export function createStepLog(log: Logger, clock: Pick<Clock, 'now'>): Observer {
  return {
    async onStep(step, run) {
      const startedAt = clock.now()
      const fields = () => ({ ...toFields(step), duration_ms: clock.now() - startedAt })
      try {
        const result = await run()
        const write = step.kind === 'item' ? log.debug : log.info
        write(messages[step.kind], { ...fields(), ...describeResult(result) })
        return result
      } catch (thrown) {
        const error = classifyError(thrown)
        // Another worker has it now, or the task was cancelled, so it is no failure.
        if (error instanceof LeaseLostError) log.debug('task step taken over by another worker', fields())
        else log.warn('task step failed', { ...fields(), error })
        throw thrown
      }
    },
    onBulk: () => undefined,
  }
}

const messages: Record<Step['kind'], string> = {
  item: 'item processed',
  planning: 'phase ended',
  cancelling: 'cancelled task cleaned up',
  cleanup: 'failed task cleaned up',
}

function toFields({ taskId, requestId, model, action, phase, ordinal, attempt }: Step) {
  return {
    task_id: taskId,
    ...(requestId !== null && { request_id: requestId }),
    model,
    action,
    phase,
    ...(ordinal !== null && { item: ordinal }),
    attempt,
  }
}

/** For planning: the next step. For an item: whether it is done. */
function describeResult(result: unknown): { outcome?: unknown; next_phase?: unknown } {
  if (typeof result !== 'object' || result === null) return {}
  if ('phase' in result) return { next_phase: result.phase }
  return 'kind' in result ? { outcome: result.kind } : {}
}
