import { isIP } from 'node:net'

/**
 * The visitor's address, for the audit log and the limit on password attempts: from ADDRESS_HEADER, or of the
 * connection if the header is absent or invalid. Visitor input is always checked.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {{ header: string, depth: number }} options
 *   header: its name in lower case, '' for none; depth: the element of X-Forwarded-For to use, from the right, 1 or more
 * @returns {{ address: string, isFromHeader: boolean }}
 */
export function clientAddress({ headers, socket }, { header, depth }) {
  const value = String(headers[header] ?? '')
  const element = header === 'x-forwarded-for' ? value.split(',').at(-depth) : value
  const address = parseAddress(element ?? '')
  return address === null
    ? { address: parseAddress(socket.remoteAddress ?? '') ?? '0.0.0.0', isFromHeader: false }
    : { address, isFromHeader: true }
}

/**
 * @param {string} text such as `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`
 * @returns {string | null} in lower case, without port and zone; an IPv4 address in IPv6 as the IPv4 address
 */
function parseAddress(text) {
  const trimmed = text.trim()
  // The longest address has 45 characters; a zone and a port add a few.
  if (trimmed.length > 100) return null
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d+$/.exec(trimmed)?.[1] ?? trimmed
  const address = bare.replace(/%.*$/, '').toLowerCase()
  if (isIP(address) === 0) return null
  return /^::ffff:([\d.]+)$/.exec(address)?.[1] ?? address
}
