import type { Working } from './working.ts'
import { firstTicket } from './ticket.ts'

/**
 * Now and from time to time, gives every active task its ticket, and takes them from workers that are silent: so
 * nothing depends on a ticket's arrival, neither after a crash nor when the queue's tables were emptied.
 */
export function startSweeping(working: Working): void {
  const { office, worker, leaseMs, stopping, clock, logError } = working

  async function sweep(): Promise<void> {
    const silent = await office.voidSilent(leaseMs)
    const active = await worker.listActive()
    await office.send([...new Set([...silent, ...active])].map((taskId) => firstTicket(taskId)))
  }

  void (async () => {
    let failed = false
    while (!stopping.aborted) {
      try {
        if (failed) await working.createQueues()
        await sweep()
        failed = false
      } catch (error) {
        failed = true
        logError('active tasks could not be given tickets; this is tried again', error)
      }
      await clock.sleep(worker.pollIntervalMs, stopping).catch(() => undefined)
    }
  })()
}
