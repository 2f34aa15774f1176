/** Three decimals: microseconds of a value in milliseconds. */
const decimals = 3
const marker = '\u0000'

/** Indented JSON, but with each list of numbers on a line of its own, rounded to three decimals. */
export function formatResults(results: unknown): string {
  const text = JSON.stringify(
    results,
    (_, value: unknown) =>
      isNumbers(value)
        ? `${marker}[${value.map((each) => Number(each.toFixed(decimals))).join(', ')}]${marker}`
        : value,
    2,
  )
  // A marked list is a string by now, with its markers escaped.
  return `${text.replaceAll(/"\\u0000(\[.*?\])\\u0000"/g, '$1')}\n`
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'number')
}
