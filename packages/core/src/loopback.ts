/**
 * Whether a host is this machine, by its name or address alone.
 *
 * @param host an IPv6 address with or without brackets
 */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
