import { URL } from 'node:url'

// The dashboard's public origin: Kit compares a form's `Origin` with it, and sets cookie attributes by it.

/**
 * @param {string | undefined} dashboardUrl DASHBOARD_URL
 * @returns {URL | null} null when it is not set
 * @throws {Error} when it is not the URL of a web page
 */
export function parseDashboardUrl(dashboardUrl) {
  if (!dashboardUrl) return null
  const url = URL.canParse(dashboardUrl) ? new URL(dashboardUrl) : null
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new Error('DASHBOARD_URL must be a URL such as https://dashboard.example.org')
}

/**
 * DASHBOARD_URL takes precedence over proxy headers. Without it the request's headers are used, with the first value of
 * X-Forwarded-Proto.
 *
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @param {URL | null} configured
 * @returns {{ protocol: string, host: string | undefined }} such as `https` and `dashboard.example.org:8443`
 */
export function publicOrigin(headers, configured) {
  if (configured !== null) return { protocol: configured.protocol.slice(0, -1), host: configured.host }
  const forwarded = String(headers['x-forwarded-proto'] ?? '')
    .split(',', 1)[0]
    ?.trim()
    .toLowerCase()
  return { protocol: forwarded === 'https' ? 'https' : 'http', host: headers.host }
}

const changingMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * Why a changing request is refused, or null. Kit also refuses forms of other origins, but without instructions.
 *
 * @param {{ method?: string | undefined, headers: import('node:http').IncomingHttpHeaders }} request
 * @param {URL | null} configured
 * @returns {string | null}
 */
export function describeForeignOrigin({ method = 'GET', headers }, configured) {
  const { origin } = headers
  if (!changingMethods.has(method) || origin === undefined) return null
  const { protocol, host } = publicOrigin(headers, configured)
  const own = originOf(`${protocol}://${host}`)
  if (own === null || origin === own) return null
  const sender = originOf(origin)
  if (sender === null) return 'The form was not sent by a page of this dashboard, so it was refused.'
  return configured === null
    ? `The form was sent from ${sender}, and the request says that the dashboard is at ${own}, so it was refused. ` +
        `If users reach the dashboard at ${sender}, set DASHBOARD_URL=${sender} and start the dashboard again.`
    : `The form was sent from ${sender}, and DASHBOARD_URL says that the dashboard is at ${own}, so it was refused. ` +
        `Open ${own} instead, or set DASHBOARD_URL=${sender} and start the dashboard again.`
}

/**
 * @param {string} text
 * @returns {string | null}
 */
function originOf(text) {
  if (!URL.canParse(text)) return null
  const { origin } = new URL(text)
  return origin === 'null' ? null : origin
}
