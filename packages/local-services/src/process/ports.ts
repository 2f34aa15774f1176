import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { PortTakenError } from '../errors.ts'
import { listen } from './listen.ts'

const loopbackHosts = ['127.0.0.1', '::1']
/** Well-known services have lower ports. */
const unreserved: PortRange = { first: 10_000, last: 65_535 }
/** For a machine on which many of these ports are in use. */
const maxAttempts = 100

/** @throws PortTakenError when something listens on the port on this machine */
export async function requireFreePort(service: string, port: number): Promise<void> {
  if (!(await isPortFree(port))) throw new PortTakenError(service, port)
}

/** Whether no server responds on the port and one could listen on it, on all loopback addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of loopbackHosts) {
    // Both checks: on macOS a server can listen on 127.0.0.1 beside one that listens on all addresses.
    if (await answers(host, port)) return false
    if (!(await canListen(host, port))) return false
  }
  return true
}

/**
 * A free port on the loopback addresses, to be passed to a process that can't report the one it has chosen. On Linux it
 * is none of those that the kernel gives to connections and to servers without a port: one of them may be taken before
 * it is used.
 */
export async function findFreePort(): Promise<number> {
  const range = await readUnassignedPorts()
  for (let attempt = 0; range && attempt < maxAttempts; attempt++) {
    const port = randomInt(range.first, range.last + 1)
    if (await isPortFree(port)) return port
  }
  const { port, close } = await listen(createServer())
  await close()
  return port
}

/** As many different ports as requested. */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await findFreePort())
  return [...ports]
}

/** Null if the system does not show which ports it assigns. */
async function readUnassignedPorts(): Promise<PortRange | null> {
  try {
    return findUnassignedPorts(await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'))
  } catch {
    return null // not Linux
  }
}

interface PortRange {
  first: number
  last: number
}

/**
 * The larger of the two ranges of ports beside the one that the kernel assigns.
 *
 * @param assigned first and last port, as in `ip_local_port_range`
 * @returns null if it assigns all of them
 */
export function findUnassignedPorts(assigned: string): PortRange | null {
  const [first = NaN, last = NaN] = assigned.trim().split(/\s+/).map(Number)
  const below = { first: unreserved.first, last: first - 1 }
  const above = { first: Math.max(last + 1, unreserved.first), last: unreserved.last }
  const size = (range: PortRange) => range.last - range.first + 1
  const range = size(below) >= size(above) ? below : above
  return size(range) > 0 ? range : null
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const settle = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
    socket.setTimeout(1000, () => settle(false))
  })
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')
        resolve(true) // no such address here
      else reject(error)
    })
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
