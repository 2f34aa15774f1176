import { readFileSync } from 'node:fs'
import { systemClock } from '@ingestion-server/core'
import { openSocket } from '@ingestion-server/core/node'
import type { Config } from './composition/config.ts'
import { connectServices } from './composition/connect-services.ts'
import { migrateOnce } from './composition/migrate-once.ts'
import { createPgBossEngine } from './engine/pg-boss-engine.ts'
import type { Logger } from './observability/log.ts'

/**
 * Creates or migrates the tables of tasks, tokens and the job queue. Servers do the same at their start; this is for
 * deployments where only one role may create tables, or that migrate before they start. An unavailable database is
 * retried for two minutes.
 *
 * @returns false when the tables could not be brought up to date; the log has the reason
 * @throws ConfigError when a certificate can't be read
 * @throws Error when the job queue can't be set up
 */
export async function migrate(config: Config, log: Logger): Promise<boolean> {
  const readFile = (path: string) => readFileSync(path, 'utf8')
  const services = connectServices(config, { readFile, openSocket, log })
  const queue = createPgBossEngine({
    databaseUrl: config.tasksDatabaseUrl,
    readFile,
    database: services.tasks,
    worker: null,
    leaseMs: config.settings.leaseMs,
    maxWorkersPerTask: config.workers.maxPerTask,
    clock: systemClock,
    log,
  })
  try {
    if (!(await migrateOnce({ migrate: services.migrate, clock: systemClock, log }))) return false
    queue.start()
    await queue.check()
    return true
  } finally {
    await queue.stop()
    await services.close()
  }
}
