/**
 * Checks a header value first: an invalid one would fail in `fetch`, with a message that shows it.
 *
 * @throws TypeError that names the value, without showing it
 */
export function checkHeader(name: string, value: string | undefined): string | undefined {
  if (value === undefined || /^[!-~]([ -~]*[!-~])?$/.test(value)) return value
  throw new TypeError(
    `${name} must not be empty and must hold visible ASCII characters only, with no space or line break at its ends`,
  )
}
