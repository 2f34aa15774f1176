import { readFileSync } from 'node:fs'
import type { Measurement } from '../measure.ts'

interface Work {
  documents: number
  loadSeconds?: number
  phases?: Record<string, number>
}

/** Measures a function in this process and reports to the parent. */
export async function sendMeasurement(work: () => Promise<Work>): Promise<void> {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const { documents, loadSeconds, phases } = await work()
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  const measurement: Measurement = {
    documents,
    seconds,
    loadSeconds: loadSeconds ?? seconds,
    cpuMicrosecondsPerDocument: (cpu.user + cpu.system) / documents,
    peakResidentMegabytes: readPeakKilobytes() / 1024,
    phases,
  }
  process.send?.(measurement)
}

/** Linux includes the parent's memory at the fork in maxRSS (getrusage(2)), but not in VmHWM. */
function readPeakKilobytes(): number {
  try {
    const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    if (peak !== undefined) return Number(peak)
  } catch {
    // No /proc: not Linux.
  }
  return process.resourceUsage().maxRSS
}
