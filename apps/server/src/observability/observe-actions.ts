import type { Action } from '@ingestion-server/core'
import type { Observer, Step } from './observer.ts'

type Phases = Action['phases']
type Handler = NonNullable<Phases[keyof Phases]>
type StepContext = Parameters<Handler['next']>[0]

/** The same actions, with an observer around each of their steps. */
export function observeActions(actions: readonly Action[], observer: Observer): Action[] {
  const observe = <Result>(
    context: StepContext,
    kind: Step['kind'],
    ordinal: number | null,
    run: () => Promise<Result>,
  ) => observer.onStep(toStep(context, kind, ordinal), run)

  function observeHandler({ work, next }: Handler): Handler {
    return {
      ...(work !== undefined && {
        work: (context) => observe(context, 'item', context.item.ordinal, () => work(context)),
      }),
      next: (context, results) => observe(context, 'planning', null, () => next(context, results)),
    }
  }

  return actions.map((action) => ({
    ...action,
    phases: Object.fromEntries(
      Object.entries(action.phases).map(([phase, handler]) => [phase, observeHandler(handler)]),
    ),
    cleanUp: (context) => observe(context, 'cleanup', null, () => action.cleanUp(context)),
    cancel: (context) => observe(context, 'cancelling', null, () => action.cancel(context)),
  }))
}

function toStep({ task }: StepContext, kind: Step['kind'], ordinal: number | null): Step {
  const { id: taskId, requestId, model, action, phase, attempt } = task
  return { taskId, requestId, model, action, phase, kind, ordinal, attempt }
}
