import { readFileSync } from 'node:fs'
import process from 'node:process'
import { systemClock } from '@ingestion-server/core'
import { openSocket } from '@ingestion-server/core/node'
import { ConfigError, parseConfig } from './composition/config.ts'
import { connectServices } from './composition/connect-services.ts'
import { migrateOnce } from './composition/migrate-once.ts'
import { createJsonLogger } from './observability/log.ts'

/**
 * Brings the tables of the tasks up to date and ends, with exit code 1 when that is not possible. It reads the server's
 * variables. Servers do the same when they start; a deployment runs it before it replaces the first of them.
 */
async function main(): Promise<number> {
  // It neither listens nor calls OpenSearch.
  const unused = { ROLE: 'worker', OPENSEARCH_URL: 'http://localhost:9200' }
  const config = parseConfig({ ...process.env, ...unused })
  const log = createJsonLogger({
    level: config.logLevel,
    write: (line) => void process.stderr.write(line),
    now: () => new Date(),
  })
  const services = connectServices(config, { readFile: (path) => readFileSync(path, 'utf8'), openSocket })
  try {
    return (await migrateOnce({ migrate: services.migrate, clock: systemClock, log })) ? 0 : 1
  } finally {
    await services.close()
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`ingestion-server: ${error.message}\n`)
  process.exitCode = 1
}
