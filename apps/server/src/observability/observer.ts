import type { ActionName, Phase } from '@ingestion-server/core'

/** A step of a task in this process: an item, or the planning after all items of a phase. */
export interface Step {
  taskId: string
  /** Id of the request that created the task, if known. */
  requestId: string | null
  model: string
  action: ActionName
  phase: Phase
  kind: 'item' | 'planning' | 'cancelling' | 'cleanup'
  /** Ordinal of the item; null for other steps. */
  ordinal: number | null
  /** Of the task. */
  attempt: number
}

/** A bulk request, with or without a response from OpenSearch. */
export interface Bulk {
  seconds: number
  /** `error` when there was no response. */
  status: number | 'error'
  succeeded: number
  refused: number
  /** Rejected by overload; they are sent again. */
  rejected: number
}

/** Observes the work of this process. */
export interface Observer {
  onStep<Result>(step: Step, run: () => Promise<Result>): Promise<Result>
  onBulk(bulk: Bulk): void
}

/** Combines observers into one; each runs inside the previous one. */
export function combineObservers(observers: readonly Observer[]): Observer {
  return {
    onStep: (step, run) =>
      observers.reduceRight<typeof run>((inner, observer) => () => observer.onStep(step, inner), run)(),
    onBulk: (bulk) => observers.forEach((observer) => observer.onBulk(bulk)),
  }
}
