import { z } from 'zod'
import { modelNames } from './models.ts'

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

const secondsOf: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 }
const targetsError = `must be pairs such as image=24h,audio=7d: a model (${modelNames.join(' or ')}), and a whole number of minutes, hours or days (m, h or d), at most 3650d`
const maxTargetSeconds = 3_650 * 86_400

/** FRESHNESS_TARGETS: seconds by model, from `image=24h,audio=7d`. */
export const freshnessTargets = z.string().transform((text, context) => {
  const targets: Record<string, number> = {}
  for (const pair of splitList(text)) {
    const [, model = '', count, unit = ''] = /^(\w+)\s*=\s*(\d{1,7})([mhd])$/.exec(pair) ?? []
    const seconds = Number(count) * (secondsOf[unit] ?? NaN)
    if (!modelNames.includes(model) || model in targets || !(seconds > 0 && seconds <= maxTargetSeconds)) {
      context.addIssue({ code: 'custom', message: targetsError })
      return z.NEVER
    }
    targets[model] = seconds
  }
  return targets
})

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}
