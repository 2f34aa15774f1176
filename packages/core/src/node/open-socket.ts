import { isIP, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { OpenSocket, SocketOptions } from '../database/index.ts'
import { durationText } from '../duration-text.ts'
import { awaitEvent } from './await-event.ts'
import { connectSocket, requestTls, type PostgresAddress } from './request-tls.ts'

const pollMs = 1_000

/** Node's error fields for a connection that timed out, so that it is handled like one. */
const timedOut = { code: 'ETIMEDOUT', errno: -110, syscall: 'read' }

/**
 * Opens connections for postgres.js and closes those on which nothing was received for `silenceMs`. A connection that a
 * firewall or NAT dropped looks like one that waits for a response: TCP gives up on it after 15 minutes, and until then
 * each statement sent over it hangs. postgres.js closes idle connections earlier than that, so a connection that is
 * silent for this long has a statement without a response.
 *
 * TLS is negotiated here: only the owner of the encrypted socket can close it cleanly.
 */
export const openSocket: OpenSocket = async (address, options) => {
  const plain = connectSocket(address)
  if (!options.tls) return closeWhenSilent(plain, options.silenceMs)
  try {
    return closeWhenSilent(await encrypt(plain, address, options), options.silenceMs)
  } catch (error) {
    plain.destroy()
    return failing(error as Error)
  }
}

async function encrypt(
  plain: Socket,
  address: PostgresAddress,
  { tls, connectTimeoutMs }: SocketOptions,
): Promise<Socket> {
  const { host, port } = address
  if (!(await requestTls(plain, address, connectTimeoutMs))) {
    if (tls === 'prefer') return plain
    throw new Error(`${host}:${port} does not support TLS`)
  }
  const socket = connectTls({
    socket: plain,
    ...(isIP(host) === 0 && { servername: host }),
    ...(tls === 'prefer' ? { rejectUnauthorized: false } : tls),
  })
  await awaitEvent(socket, 'secureConnect', connectTimeoutMs, {
    timeout: `${host}:${port} did not finish the TLS handshake`,
    close: `${host}:${port} closed the connection`,
  })
  return socket
}

function closeWhenSilent(socket: Socket, silenceMs: number): Socket {
  let received = -1
  let silentMs = 0
  const timer = setInterval(() => {
    // Counted in polls, so that a suspended process closes nothing when it resumes. A socket's `timeout` event does not
    // work here: it counts from the last byte in either direction, and statements are still being sent.
    silentMs = socket.bytesRead === received ? silentMs + pollMs : 0
    received = socket.bytesRead
    if (silentMs < silenceMs) return
    const message = `nothing received from Postgres for ${durationText(silenceMs)}`
    socket.destroy(Object.assign(new Error(message), timedOut))
  }, pollMs)
  timer.unref()
  return socket.once('close', () => clearInterval(timer))
}

/** Fails after it is returned: if no socket is returned, postgres.js treats the connection as connecting forever. */
function failing(error: Error): Socket {
  const socket = new Socket()
  setImmediate(() => socket.destroy(error))
  return socket
}
