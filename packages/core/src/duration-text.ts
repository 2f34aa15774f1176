/** A duration for people, in seconds to the tenth: `0.4 s`, `30 s`. */
export function durationText(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}
