/** For floating point errors: 3 × 0.2 is a little more than 0.6. */
const tolerance = 1e-9

/**
 * Round numbers for the axis of a value: from 0 in steps of 1, 2 or 5 times a power of ten, up to at least `top`.
 *
 * @param top more than 0
 * @param steps approximate number of steps
 */
export function valueTicks(top: number, steps: number): number[] {
  const least = top / steps
  const power = 10 ** Math.floor(Math.log10(least))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= least * (1 - tolerance)) ?? 10)
  const count = Math.ceil((top / step) * (1 - tolerance))
  return Array.from({ length: count + 1 }, (_, index) => index * step)
}

/** Usual time steps in seconds: 0.2, 0.5, 1, 5, 15 and 30 s, the same in minutes, then hours and days. */
const timeSteps = [0.2, 0.5, 1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400]

/**
 * Seconds for the axis of an elapsed time: from 0, none beyond `seconds`.
 *
 * @param steps maximum number of steps
 */
export function timeTicks(seconds: number, steps: number): number[] {
  const days = 86_400 * Math.ceil(seconds / 86_400 / steps)
  const step = timeSteps.find((candidate) => seconds / candidate <= steps) ?? days
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step)
}
