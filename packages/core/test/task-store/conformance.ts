import { describe } from 'vitest'
import { describeAliasMoves, describeUnmovedAliases } from './alias-moves.ts'
import { describeCancel } from './cancel.ts'
import { describeFailedDocuments } from './failed-documents.ts'
import { describeHistory } from './history.ts'
import { describeInterleavings } from './interleavings.ts'
import { describeLeading } from './leading.ts'
import { describeLeases } from './leases.ts'
import { describeLeftOut } from './left-out.ts'
import { describeTaskLifecycle } from './task-lifecycle.ts'
import { describeLimits } from './limits.ts'
import { describeLostWorkers } from './lost-workers.ts'
import type { MakeStore } from './sample-task.ts'
import { describeRandomLifecycles } from './random-lifecycles.ts'
import { describeMaintenance } from './maintenance.ts'
import { describeWatching } from './watching.ts'

/** See describeHistory. */
interface Options {
  changeTimes: Parameters<typeof describeHistory>[1]
}

/** What every TaskStore does. Suites may share the store that `makeStore` gives: each uses names of its own. */
export function describeTaskStore(name: string, makeStore: MakeStore, options: Options): void {
  describe(name, () => {
    describeTasks(makeStore, options)
    describeAliasMoves(makeStore)
    // The last: it removes what the others have left.
    describeMaintenance(makeStore)
  })
}

/** What a store does that is for tests: see createMemoryTaskStore. */
export function describeTasks(makeStore: MakeStore, options: Options): void {
  describeLeases(makeStore)
  describeLostWorkers(makeStore)
  describeTaskLifecycle(makeStore)
  describeFailedDocuments(makeStore)
  describeLeftOut(makeStore)
  describeHistory(makeStore, options.changeTimes)
  describeCancel(makeStore)
  describeLimits(makeStore)
  describeWatching(makeStore)
  describeInterleavings(makeStore)
  describeRandomLifecycles(makeStore)
  describeLeading(makeStore)
  describeUnmovedAliases(makeStore)
}
