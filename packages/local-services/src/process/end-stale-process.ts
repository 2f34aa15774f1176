import { setTimeout as delay } from 'node:timers/promises'
import { readProcess } from './read-process.ts'

const pollIntervalMs = 50
const graceMs = 15_000

/**
 * Ends a process that an earlier run left behind. Only call it while holding the lock of the process's folder.
 *
 * @param mark text that its command line must contain, so that no other process is killed after the pid was reused
 * @returns whether there was such a process
 */
export async function endStaleProcess(
  pid: number,
  mark: string,
  stopSignal: NodeJS.Signals,
): Promise<boolean> {
  const found = await readProcess(pid)
  if (!found?.command.includes(mark)) return false

  const isRunning = async () => (await readProcess(pid))?.started === found.started
  sendSignal(pid, stopSignal)
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += pollIntervalMs) {
    if (!(await isRunning())) return true
    await delay(pollIntervalMs)
  }
  sendSignal(pid, 'SIGKILL')
  while (await isRunning()) await delay(pollIntervalMs)
  return true
}

/** Sends a signal; a process that has already ended is not an error. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
