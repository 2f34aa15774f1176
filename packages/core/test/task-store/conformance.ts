import { describe } from 'vitest'
import { describeCancel } from './cancel.ts'
import { describeFailedDocuments } from './failed-documents.ts'
import { describeHistory } from './history.ts'
import { describeInterleavings } from './interleavings.ts'
import { describeLeases } from './leases.ts'
import { describeLeftOut } from './left-out.ts'
import { describeLifeOfATask } from './life-of-a-task.ts'
import { describeLimits } from './limits.ts'
import { describeLostWorkers } from './lost-workers.ts'
import type { MakeStore } from './sample-task.ts'
import { describeTaskLives } from './task-lives.ts'
import { describeMaintenance } from './maintenance.ts'
import { describeWatching } from './watching.ts'

/**
 * What every TaskStore does. Suites may share the store that `makeStore` gives: each uses names of its own.
 *
 * @param options.mixTimes see describeHistory
 */
export function describeTaskStore(
  name: string,
  makeStore: MakeStore,
  options: { mixTimes?: Parameters<typeof describeHistory>[1] } = {},
): void {
  describe(name, () => {
    describeLeases(makeStore)
    describeLostWorkers(makeStore)
    describeLifeOfATask(makeStore)
    describeFailedDocuments(makeStore)
    describeLeftOut(makeStore)
    describeHistory(makeStore, options.mixTimes)
    describeCancel(makeStore)
    describeLimits(makeStore)
    describeWatching(makeStore)
    describeInterleavings(makeStore)
    describeTaskLives(makeStore)
    // The last: it removes what the others have left.
    describeMaintenance(makeStore)
  })
}
