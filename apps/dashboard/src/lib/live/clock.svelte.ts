const tickMs = 5_000

let now = $state(Date.now())

/** The current time, for relative times; updated every few seconds while `keepTime` runs. */
export const clock = {
  get now() {
    return now
  },
}

/** An effect of the root layout. On the server the time is constant during a request. */
export function keepTime(): () => void {
  now = Date.now()
  const timer = setInterval(() => (now = Date.now()), tickMs)
  return () => clearInterval(timer)
}
