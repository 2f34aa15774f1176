import ipaddr from 'ipaddr.js'
import { WebhookForbiddenError } from './webhook-errors.ts'

export interface WebhookPolicy {
  /**
   * Names such as `ci.example.org`, `*.example.org` for all below it, or `*` for any: with the ports 80 and 443, with the
   * one that follows (`ci.example.org:8443`), or with all (`ci.example.org:*`).
   */
  allowedHosts: readonly string[]
  /** Whether addresses that aren't on the public internet may be called: this machine's, a private network's. */
  allowPrivate: boolean
}

/**
 * Refuses a URL that is not allowed by its text alone. The addresses that a name resolves to are checked when
 * it is called.
 *
 * @throws WebhookForbiddenError
 */
export function checkWebhookUrl(url: string, policy: WebhookPolicy): void {
  // The parser normalizes every form of an IPv4 address (decimal, octal, hexadecimal, short) to four numbers.
  const { hostname, port, protocol } = new URL(url)
  if (policy.allowedHosts.length === 0) {
    throw new WebhookForbiddenError(
      'webhooks are not configured; set WEBHOOK_ALLOWED_HOSTS and WEBHOOK_SECRET',
    )
  }
  const ports = policy.allowedHosts.flatMap((allowed) => {
    const [pattern, allowedPort] = splitPort(allowed)
    return matches(hostname, pattern) ? [allowedPort] : []
  })
  if (ports.length === 0) {
    throw new WebhookForbiddenError(`host ${hostname} is not among WEBHOOK_ALLOWED_HOSTS`)
  }
  // The parser leaves out the port that belongs to the protocol.
  const actualPort = port === '' ? webPorts[protocol] : port
  if (
    !ports.some(
      (allowed) => allowed === '*' || allowed === actualPort || (allowed === null && isWebPort(actualPort)),
    )
  ) {
    throw new WebhookForbiddenError(
      `port ${actualPort} of ${hostname} is not among WEBHOOK_ALLOWED_HOSTS; an entry ${hostname}:${actualPort} allows it`,
    )
  }
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  if (ipaddr.isValid(address)) checkWebhookAddress(address, policy)
}

/**
 * Refuses an address that is not on the public internet, unless that is allowed: private, loopback, link-local
 * (where clouds serve their metadata), multicast, reserved, and IPv6 addresses that stand for any of these.
 *
 * @throws WebhookForbiddenError
 */
export function checkWebhookAddress(address: string, { allowPrivate }: WebhookPolicy): void {
  if (allowPrivate) return
  if (ipaddr.isValid(address) && isPublic(ipaddr.process(address))) return
  throw new WebhookForbiddenError(
    `${address} is not on the public internet; WEBHOOK_ALLOW_PRIVATE would allow it`,
  )
}

/** The only IPv6 block for the public internet (IANA, Internet Protocol Version 6 Address Space). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/** @param address an IPv4 address that was written as an IPv6 one (::ffff:10.0.0.1) comes as what it is */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast)
}

const webPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

const isWebPort = (port: string | undefined) => port !== undefined && Object.values(webPorts).includes(port)

/** An allowed host as its name and its port; null: no port. */
function splitPort(allowed: string): [pattern: string, port: string | null] {
  const found = /^(.*):(\d+|\*)$/.exec(allowed)
  return found?.[1] === undefined || found[2] === undefined ? [allowed, null] : [found[1], found[2]]
}

function matches(hostname: string, pattern: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '')
  if (pattern === '*') return true
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern
}
