import { reindex, submitTask, type Action, type TaskRecord } from '../../src/index.ts'
import { runToEnd, type Harness } from './harness.ts'

type Phase = 'planning' | 'loading' | 'catching_up' | 'verifying' | 'mending' | 'restoring'

/** REINDEX with a call after a phase has ended, before the next one is prepared. */
export function afterPhase(phase: Phase, doFirst: () => Promise<unknown>, action: Action = reindex): Action {
  const handler = action.phases[phase]
  if (!handler) throw new Error(`${action.name} has no phase ${phase}`)
  return {
    ...action,
    phases: {
      ...action.phases,
      [phase]: {
        ...handler,
        next: async (...args: Parameters<typeof handler.next>) => {
          await doFirst()
          return handler.next(...args)
        },
      },
    },
  }
}

/** Runs a modified REINDEX of images. */
export async function runReindex(harness: Harness, action: Action): Promise<TaskRecord> {
  const context = { ...harness.context, actions: [action] }
  const task = await submitTask(context, { model: 'image', action: 'REINDEX', index_suffix: harness.suffix })
  return runToEnd(context, task.id)
}
