import { describe, expect, test } from 'vitest'
import { WebhookForbiddenError } from './webhook-errors.ts'
import { checkWebhookAddress, checkWebhookUrl, type WebhookPolicy } from './webhook-policy.ts'

const policy = (allowedHosts: string[], allowPrivate = false): WebhookPolicy => ({
  allowedHosts,
  allowPrivate,
})
const isAllowed = (url: string, hosts: WebhookPolicy) => {
  try {
    checkWebhookUrl(url, hosts)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(WebhookForbiddenError)
    return false
  }
}

describe('hosts', () => {
  test.each([
    ['https://ci.example.org/done', ['ci.example.org'], true],
    ['https://CI.example.org:8443/done', ['ci.example.org'], false],
    ['https://CI.example.org:8443/done', ['ci.example.org:8443'], true],
    ['https://ci.example.org:8443/', ['ci.example.org:844'], false],
    ['https://ci.example.org:8443/', ['ci.example.org', '*.example.org:8443'], true],
    ['http://ci.example.org:22/', ['ci.example.org', '*'], false],
    ['http://ci.example.org:22/', ['*:*'], true],
    ['http://ci.example.org:443/', ['ci.example.org'], true],
    ['https://ci.example.org/', ['ci.example.org:8443'], false],
    ['https://ci.example.org/', ['ci.example.org:443'], true],
    ['http://[2606:2800::1]:8080/', ['[2606:2800::1]:8080'], true],
    ['http://[2606:2800::1]/', ['[2606:2800::1]'], true],
    ['http://[2606:2800::8080]:8080/', ['[2606:2800::8080]'], false],
    ['https://ci.example.org./done', ['ci.example.org'], true],
    ['https://ci.example.org.evil.example/', ['ci.example.org'], false],
    ['https://xci.example.org/', ['ci.example.org'], false],
    ['https://a.ci.example.org/', ['ci.example.org'], false],
    ['https://a.b.example.org/', ['*.example.org'], true],
    ['https://example.org/', ['*.example.org'], false],
    ['https://badexample.org/', ['*.example.org'], false],
    ['https://anything.example/', ['*'], true],
    ['https://ci.example.org/', [], false],
  ])('%s with %j allowed: %s', (url, hosts, allowed) => {
    expect(isAllowed(url, policy(hosts))).toBe(allowed)
  })
})

describe('addresses that are not on the public internet', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://017700000001/',
    'http://0177.0.0.1/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fc00::1]/',
    'http://[ff02::1]/',
    'http://[::127.0.0.1]/',
    'http://[::a9fe:a9fe]/',
    'http://[64:ff9b:1::7f00:1]/',
    'http://[fec0::1]/',
    'http://[5f00::1]/',
    'http://[2001::7f00:1]/',
    'http://[2001:db8::1]/',
  ])('%s is refused, and allowed if configured', (url) => {
    expect(isAllowed(url, policy(['*']))).toBe(false)
    expect(isAllowed(url, policy(['*'], true))).toBe(true)
  })

  test.each([
    'https://93.184.216.34/',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
    'https://[::ffff:93.184.216.34]/',
  ])('%s is public', (url) => expect(isAllowed(url, policy(['*']))).toBe(true))

  test.each(['', 'localhost', 'fe80::1%eth0', '::ffff:127.0.0.1'])(
    '%j is not a public address',
    (address) => {
      expect(() => checkWebhookAddress(address, policy(['*']))).toThrow(WebhookForbiddenError)
    },
  )
})
