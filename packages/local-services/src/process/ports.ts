import { connect, createServer } from 'node:net'
import { PortTakenError } from '../errors.ts'
import { listen } from './listen.ts'

const loopbackHosts = ['127.0.0.1', '::1']

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

/** A port that is free now according to the operating system. Another process may take it before it is used. */
export async function findFreePort(): Promise<number> {
  const { port, close } = await listen(createServer())
  await close()
  return port
}

/** As many different ports as asked for. */
export async function findFreePorts(count: number): Promise<number[]> {
  // All are held until the last is found, so that none is found twice.
  const held = await Promise.all(Array.from({ length: count }, () => listen(createServer())))
  await Promise.all(held.map(({ close }) => close()))
  return held.map(({ port }) => port)
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
