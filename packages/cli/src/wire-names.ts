/**
 * A value of the SDK with its keys as they are on the wire, in snake_case: what `--json` prints is what the HTTP
 * interface documents.
 */
export function toWireNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toWireNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      toWireNames(inner),
    ]),
  )
}
