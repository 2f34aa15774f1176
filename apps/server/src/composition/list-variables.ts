import { z } from 'zod'

const originsError =
  'must be origins such as https://app.example.org and http://localhost:3000, separated by commas, or * (any)'

/** CORS_ORIGINS: exact origins as browsers send them, or `*`. */
export const originList = z
  .string()
  .transform((text) => splitList(text))
  .refine((origins) => (origins.includes('*') ? origins.length === 1 : origins.every(isOrigin)), {
    error: originsError,
  })
  .transform((origins): readonly string[] | '*' => (origins[0] === '*' ? '*' : origins))

/** As browsers write it: scheme, host in lower case, and no port where it is the default of the scheme. */
function isOrigin(text: string): boolean {
  // A URL's host may have an asterisk, which is no wildcard here.
  if (!URL.canParse(text) || text.includes('*')) return false
  const { origin, protocol } = new URL(text)
  return origin === text && (protocol === 'http:' || protocol === 'https:')
}

/**
 * OTEL_RESOURCE_ATTRIBUTES: `deployment.environment=staging,team=search%20infra` (OpenTelemetry specification, "Resource
 * SDK": the format of W3C Baggage without properties).
 */
export const resourceAttributes = z.string().transform((text, context) => {
  const attributes: Record<string, string> = {}
  for (const pair of splitList(text)) {
    const [, name, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(pair) ?? []
    try {
      if (name === undefined || value === undefined) throw new TypeError('no pair')
      attributes[decodeURIComponent(name)] = decodeURIComponent(value)
    } catch {
      context.addIssue({
        code: 'custom',
        message: 'must be pairs such as team=search,note=50%25, separated by commas and percent-encoded',
      })
      return z.NEVER
    }
  }
  return attributes
})

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}
