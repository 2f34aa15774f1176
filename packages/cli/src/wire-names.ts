import { toSnakeCase } from '@ingestion-server/sdk'

/** A value of the SDK with its keys as on the wire, at every depth: `--json` prints what the HTTP interface documents. */
export function toWireNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toWireNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [toSnakeCase(key), toWireNames(inner)]),
  )
}
