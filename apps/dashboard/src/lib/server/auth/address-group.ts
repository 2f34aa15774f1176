import { isIPv6 } from 'node:net'

const bitsPerBlock = 16

/**
 * The key that counts an address's attempts. A household gets a whole /64 of IPv6 and can use any address in it, so its
 * addresses are counted together (RFC 6177, section 2).
 *
 * @param address as returned by `host/client-address.js`
 * @example
 * addressGroup('2001:db8::7:1') // '2001:db8:0:0::/64'
 */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address
  const [start = '', end] = address.split('::')
  const parts = (text: string | undefined) => (text ? text.split(':') : [])
  const [first, last] = [parts(start), parts(end)]
  const blocks = 128 / bitsPerBlock
  const zeros = Array.from({ length: Math.max(0, blocks - first.length - last.length) }, () => '0')
  const all = [...first, ...zeros, ...last].map((part) => part.replace(/^0+(?=.)/, ''))
  return `${all.slice(0, 64 / bitsPerBlock).join(':')}::/64`
}
