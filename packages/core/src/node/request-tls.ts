import { connect, type Socket } from 'node:net'

/** SSLRequest of the protocol (PostgreSQL manual, 54.7): length 8, then its code. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

export interface PostgresAddress {
  host: string
  port: number
}

/** A socket that begins to connect. A host that starts with a slash is the folder of a Unix socket. */
export function connectSocket({ host, port }: PostgresAddress): Socket {
  return host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
}

/**
 * Asks Postgres whether it would encrypt this connection.
 *
 * @throws Error when the connection fails, closes, or is silent for `timeoutMs`
 */
export function requestTls(
  socket: Socket,
  { host, port }: PostgresAddress,
  timeoutMs: number,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onTimeout = () => socket.destroy(new Error(`${host}:${port} does not answer`))
    const onClose = () => reject(new Error(`${host}:${port} closed the connection`))
    const onData = (answer: Buffer) => {
      socket.setTimeout(0)
      socket.off('timeout', onTimeout).off('error', reject).off('close', onClose)
      // What follows the answer in plain text was not sent by the encrypted server (CVE-2021-23222).
      if (answer.length > 1) reject(new Error(`${host}:${port} sent more than one byte before TLS`))
      else resolve(answer[0] === 'S'.charCodeAt(0))
    }
    socket.setTimeout(timeoutMs).on('timeout', onTimeout).on('error', reject).on('close', onClose)
    socket.once('data', onData)
    socket.write(sslRequest)
  })
}
