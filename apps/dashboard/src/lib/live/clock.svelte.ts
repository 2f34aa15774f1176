import { untrack } from 'svelte'

const tickMs = 5_000

let now = $state(Date.now())
/** How much the server's clock is ahead of the browser's, milliseconds. */
let ahead = $state(0)
let isLocal = $state(false)

/** The current time, for relative times; updated every few seconds while `keepTime` runs. */
export const clock = {
  get now() {
    return now + ahead
  },
  /** Whether the time zone is known: not on the server, nor until the page is hydrated with the server's texts. */
  get isLocal() {
    return isLocal
  },
}

/** An effect of the root layout. On the server the time is constant during a request. */
export function keepTime(): () => void {
  now = Date.now()
  isLocal = true
  const timer = setInterval(() => (now = Date.now()), tickMs)
  return () => clearInterval(timer)
}

/** A difference up to this is the time that a response takes, milliseconds. */
const toleratedMs = 3_000

/**
 * Relative times count from the server's clock: the browser's may be hours off, and may be corrected at any time.
 *
 * @param time of the server, milliseconds since the epoch
 * @param receivedAt when it arrived, on the browser's clock
 */
export function setServerTime(time: number, receivedAt = Date.now()): void {
  const difference = time - receivedAt
  // An effect that calls this must not depend on what it sets.
  if (Math.abs(difference - untrack(() => ahead)) > toleratedMs) ahead = difference
}

/** When the page itself arrived, on the browser's clock: its scripts may have taken long to load. */
export function pageReceivedAt(): number {
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[] // of this type by its name
  return Date.now() - (page ? performance.now() - page.responseStart : 0)
}
