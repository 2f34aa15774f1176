import { maxTimerMs } from './http/index.ts'

/** @throws TypeError when a time in milliseconds is not above 0 or exceeds what timers support */
export function checkDuration(name: string, ms: number): number {
  if (!(ms > 0 && ms <= maxTimerMs))
    throw new TypeError(`${name} must be above 0 and at most ${maxTimerMs}, not ${ms}`)
  return ms
}

/** @throws TypeError when a number is not whole or below 0 */
export function checkCount(name: string, count: number): number {
  if (!Number.isInteger(count) || count < 0)
    throw new TypeError(`${name} must be a whole number from 0, not ${count}`)
  return count
}
