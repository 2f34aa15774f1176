import { connect, type Socket } from 'node:net'
import { awaitEvent } from './await-event.ts'

/** SSLRequest of the protocol (PostgreSQL manual, 54.7): length 8, then its code. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

export interface PostgresAddress {
  host: string
  port: number
}

/** A socket that starts to connect. A host that starts with a slash is the folder of a Unix socket. */
export function connectSocket({ host, port }: PostgresAddress): Socket {
  return host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
}

/**
 * Asks Postgres whether it supports TLS for this connection.
 *
 * @throws Error when the connection fails, closes, or is silent for `timeoutMs`
 */
export async function requestTls(
  socket: Socket,
  { host, port }: PostgresAddress,
  timeoutMs: number,
): Promise<boolean> {
  const responded = awaitEvent<Buffer>(socket, 'data', timeoutMs, {
    timeout: `${host}:${port} does not respond`,
    close: `${host}:${port} closed the connection`,
  })
  socket.write(sslRequest)
  const response = await responded
  // Plain text after the first byte was not sent by the encrypted server (CVE-2021-23222).
  if (response.length > 1) throw new Error(`${host}:${port} sent more than one byte before TLS`)
  return response[0] === 'S'.charCodeAt(0)
}
