import { parsePostgresUrl, pgOptions, type ReadFile } from '@ingestion-server/core'
import { connectSocket, requestTls, type PostgresAddress } from '@ingestion-server/core/node'

/** A statement of the queue takes milliseconds; without a response for this long its connection is lost. */
const statementTimeoutMs = 20_000
/** How long a connection may be idle before TCP keepalive probes it. */
const keepAliveDelayMs = 10_000
const probeTimeoutMs = 5_000

/**
 * Options of the queue's connections to the task database, which pg-boss passes to `pg`. The URL means the same as for the
 * task store.
 */
export async function queueConnection(databaseUrl: string, readFile?: ReadFile) {
  const target = parsePostgresUrl(databaseUrl)
  const { host = 'localhost', port = 5432 } = target
  const hasTls = target.sslMode === 'prefer' && (await supportsTls({ host, port }))
  return {
    ...pgOptions(target, { applicationName: 'ingestion-server queue', readFile, hasTls }),
    // Statements take milliseconds: few connections suffice for any number of workers.
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
