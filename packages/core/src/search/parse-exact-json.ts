/**
 * Parses JSON in which whole numbers may be beyond 2^53: such a number becomes its text, which is exact. All other
 * values are those of `JSON.parse`.
 *
 * @example
 * parseExactJson('{"id":9007199254740993,"n":1.5}') // { id: '9007199254740993', n: 1.5 }
 * @returns undefined for text that is not JSON
 */
export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(quoteLargeNumbers(text))
  } catch {
    return undefined
  }
}

/** Strings, which stay as they are, and numbers. */
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

function quoteLargeNumbers(text: string): string {
  return text.replaceAll(stringOrNumber, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  )
}
