import { connect } from 'node:net'
import { parsePostgresUrl, pgOptions, type PgOptions, type ReadFile } from '@ingestion-server/core'

/** A statement of the queue takes milliseconds; one without an answer for so long has lost its connection. */
const statementTimeoutMs = 20_000
/** How long a connection may be idle before TCP looks whether the other side is still there. */
const keepAliveDelayMs = 10_000
const probeTimeoutMs = 5_000

/** What pg-boss hands on to `pg`. */
export interface QueueConnection extends PgOptions {
  max: number
  query_timeout: number
  keepAlive: true
  keepAliveInitialDelayMillis: number
}

/** How the queue reaches the tasks' database: with the same meaning of the URL as the task store. */
export async function queueConnection(databaseUrl: string, readFile?: ReadFile): Promise<QueueConnection> {
  const target = parsePostgresUrl(databaseUrl)
  const { host = 'localhost', port = 5432 } = target
  const hasTls = target.sslMode === 'prefer' && (await supportsTls(host, port))
  return {
    ...pgOptions(target, { applicationName: 'ingestion-server queue', readFile, hasTls }),
    // Statements take milliseconds: few connections do for any number of workers.
    max: 4,
    query_timeout: statementTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelayMs,
  }
}

/** SSLRequest of the protocol (PostgreSQL manual, 54.7): length 8, then its code. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

/** Asks Postgres whether it would encrypt a connection. */
function supportsTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    socket.setTimeout(probeTimeoutMs, () => socket.destroy(new Error(`${host}:${port} does not answer`)))
    socket.once('error', reject)
    socket.once('connect', () => socket.write(sslRequest))
    socket.once('data', (answer) => {
      socket.destroy()
      resolve(answer[0] === 'S'.charCodeAt(0))
    })
    socket.once('close', () => reject(new Error(`${host}:${port} closed the connection`)))
  })
}
