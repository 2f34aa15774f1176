import ipaddr from 'ipaddr.js'
import { CallbackForbiddenError } from '../request-errors.ts'

export interface CallbackPolicy {
  /** Names such as `ci.example.org`, `*.example.org` for all below it, or `*` for any. */
  allowedHosts: readonly string[]
  /** Whether addresses may be called that aren't on the public internet: this machine's, a private network's. */
  allowPrivate: boolean
}

/**
 * Refuses what can be seen from a URL alone to be none of the allowed. What a name resolves to is looked at when
 * it is called.
 *
 * @throws CallbackForbiddenError
 */
export function checkCallbackUrl(url: string, policy: CallbackPolicy): void {
  // The parser writes every way to spell an IPv4 address (decimal, octal, hexadecimal, short) with four numbers.
  const { hostname } = new URL(url)
  if (policy.allowedHosts.length === 0) {
    throw new CallbackForbiddenError('callbacks are not set up; set WEBHOOK_ALLOWED_HOSTS and WEBHOOK_SECRET')
  }
  if (!policy.allowedHosts.some((pattern) => matches(hostname, pattern))) {
    throw new CallbackForbiddenError(`host ${hostname} is not among WEBHOOK_ALLOWED_HOSTS`)
  }
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  if (ipaddr.isValid(address)) checkCallbackAddress(address, policy)
}

/**
 * Refuses an address that is not on the public internet, unless that is allowed: private, loopback, link-local
 * (where clouds serve their metadata), multicast, reserved, and IPv6 addresses that stand for any of these.
 *
 * @throws CallbackForbiddenError
 */
export function checkCallbackAddress(address: string, { allowPrivate }: CallbackPolicy): void {
  if (allowPrivate) return
  // An IPv4 address that is written as an IPv6 one (::ffff:10.0.0.1) is looked at as what it is.
  const isPublic = ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
  if (isPublic) return
  throw new CallbackForbiddenError(
    `${address} is not on the public internet; WEBHOOK_ALLOW_PRIVATE would allow it`,
  )
}

function matches(hostname: string, pattern: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '')
  if (pattern === '*') return true
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern
}
