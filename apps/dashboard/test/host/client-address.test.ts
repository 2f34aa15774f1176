import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { clientAddress } from '../../host/client-address.js'

function request(headers: Record<string, string>, remoteAddress: string | undefined = '10.0.0.7') {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage // the only fields that are read
}

const realIp = { header: 'x-real-ip', depth: 1 }
const forwardedFor = (depth: number) => ({ header: 'x-forwarded-for', depth })

test.each([
  ['192.0.2.1', '192.0.2.1'],
  [' 192.0.2.1 ', '192.0.2.1'],
  ['192.0.2.1:4711', '192.0.2.1'],
  ['2001:DB8::1', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
])('the address in %j is %s', (value, address) => {
  expect(clientAddress(request({ 'x-real-ip': value }), realIp)).toEqual({ address, isFromHeader: true })
})

test.each([
  '',
  'unknown',
  '192.0.2.256',
  '1',
  '192.0.2.1, 192.0.2.2',
  'a'.repeat(8_000),
  "' or 1=1 --",
  '٣.٣.٣.٣',
])('%j is not an address, so that of the connection is used', (value) => {
  const expected = { address: '10.0.0.7', isFromHeader: false }
  expect(clientAddress(request({ 'x-real-ip': value }), realIp)).toEqual(expected)
})

test('the address of the connection is used if no header is configured or sent', () => {
  expect(clientAddress(request({}), realIp).address).toBe('10.0.0.7')
  expect(clientAddress(request({}, '::ffff:10.0.0.8'), realIp).address).toBe('10.0.0.8')
  expect(clientAddress(request({ 'x-real-ip': '192.0.2.1' }), { header: '', depth: 1 }).address).toBe(
    '10.0.0.7',
  )
  expect(clientAddress(request({}, ''), realIp).address).toBe('0.0.0.0')
})

test('the address in X-Forwarded-For is the one that the last trusted proxy wrote', () => {
  const headers = { 'x-forwarded-for': 'forged, 192.0.2.1, 192.0.2.2' }
  expect(clientAddress(request(headers), forwardedFor(1)).address).toBe('192.0.2.2')
  expect(clientAddress(request(headers), forwardedFor(2)).address).toBe('192.0.2.1')
  expect(clientAddress(request(headers), forwardedFor(3)).address).toBe('10.0.0.7')
  expect(clientAddress(request(headers), forwardedFor(9)).address).toBe('10.0.0.7')
})
