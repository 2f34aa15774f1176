/** Milliseconds after which a run reports that something has not happened. */
export interface TimeLimits {
  /** Of a process: it listens before it needs its services. */
  startMs: number
  /** Of a process after a signal. The product needs at most 9.5 s. */
  stopMs: number
  /** Of a request: longer than any fault, and than any timeout of the product for a service. */
  responseMs: number
  /** Of a task once all faults are over. */
  endMs: number
}

/** On a machine that does nothing else. */
export const timeLimits: TimeLimits = { startMs: 30_000, stopMs: 15_000, responseMs: 40_000, endMs: 90_000 }

/** For the short form, which runs beside all other suites. */
export const limitsUnderLoad: TimeLimits = {
  startMs: 120_000,
  stopMs: 60_000,
  responseMs: 160_000,
  endMs: 360_000,
}
