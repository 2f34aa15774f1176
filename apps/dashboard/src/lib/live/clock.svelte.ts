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

/** A difference up to this is the time that a response takes. */
const toleratedMs = 3_000

/** Relative times count from the server's clock: the browser's may be hours off. */
export function setServerTime(time: number): void {
  const difference = time - Date.now()
  ahead = Math.abs(difference) > toleratedMs ? difference : 0
}
