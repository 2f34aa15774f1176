import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { listen } from './listen.ts'
import { findFreePort, findFreePorts, findUnassignedPorts, isPortFree } from './ports.ts'

test.each([
  ['32768\t60999\n', { first: 10_000, last: 32_767 }],
  ['10000\t30000\n', { first: 30_001, last: 65_535 }],
  ['1024\t9000\n', { first: 10_000, last: 65_535 }],
  ['1024\t65535\n', null],
])('beside the ports %j, which the kernel assigns, there are %j', (assigned, expected) => {
  expect(findUnassignedPorts(assigned)).toEqual(expected)
})

test('free ports differ, are free, and are none that the kernel assigns', async () => {
  const ports = await findFreePorts(20)
  expect(new Set(ports).size).toBe(20)
  for (const port of ports) expect(await isPortFree(port)).toBe(true)
  const assigned = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => null)
  if (assigned === null) return // not Linux
  const [first = NaN, last = NaN] = assigned.trim().split(/\s+/).map(Number)
  expect(ports.filter((port) => port >= first && port <= last)).toEqual([])
})

test('a port on which a server listens is not free', async () => {
  const { port, close } = await listen(createServer())
  expect(await isPortFree(port)).toBe(false)
  expect(await findFreePort()).not.toBe(port)
  await close()
})
