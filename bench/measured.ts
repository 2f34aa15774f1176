import type { Measurement } from './reindex.ts'

/** Measures a piece of work in this process and tells the parent. */
export async function sendMeasurement(
  work: () => Promise<{ documents: number; loadSeconds?: number }>,
): Promise<void> {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const { documents, loadSeconds } = await work()
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  const measurement: Measurement = {
    documents,
    seconds,
    loadSeconds: loadSeconds ?? seconds,
    cpuMicrosecondsPerDocument: (cpu.user + cpu.system) / documents,
    // maxRSS is in kilobytes.
    peakResidentMegabytes: process.resourceUsage().maxRSS / 1024,
  }
  process.send?.(measurement)
}
