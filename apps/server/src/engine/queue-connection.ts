import { parsePostgresUrl, pgOptions, type PgOptions, type ReadFile } from '@ingestion-server/core'
import { connectSocket, requestTls, type PostgresAddress } from '@ingestion-server/core/node'

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
  const hasTls = target.sslMode === 'prefer' && (await supportsTls({ host, port }))
  return {
    ...pgOptions(target, { applicationName: 'ingestion-server queue', readFile, hasTls }),
    // Statements take milliseconds: few connections do for any number of workers.
    max: 4,
    query_timeout: statementTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelayMs,
  }
}

async function supportsTls(address: PostgresAddress): Promise<boolean> {
  const socket = connectSocket(address)
  try {
    return await requestTls(socket, address, probeTimeoutMs)
  } finally {
    socket.destroy()
  }
}
