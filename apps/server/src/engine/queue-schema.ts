import { DatabaseRefusedError } from '@ingestion-server/core'
import packageJson from 'pg-boss/package.json' with { type: 'json' }
import type { Logger } from '../observability/log.ts'
import { queueSchema } from './queues.ts'

/** Version of the schema that this release's pg-boss creates and migrates to. */
export const queueSchemaVersion: number = packageJson.pgboss.schema

/**
 * Compares the schema in the database with this release's pg-boss.
 *
 * A newer release migrates it, and earlier releases continue: pg-boss has no record of the oldest release that can work
 * with a schema. If a job fails because of that, the newer release's workers retry it.
 *
 * @returns a function that logs, once for each version, that the schema is newer
 */
export function createQueueSchemaNotice(log: Logger): (version: number | null) => void {
  let newest = queueSchemaVersion
  return (version) => {
    if (version === null || version <= newest) return
    newest = version
    log.warn('a newer release migrated the job queue; this release continues beside it', {
      schema: queueSchema,
      schema_version: version,
      release_schema_version: queueSchemaVersion,
    })
  }
}

/**
 * The error of a queue that could not be started, with what to do if the cause is an older schema that the role may not
 * migrate.
 *
 * @param version of the schema in the database; null without tables
 */
export function explainQueueStart(error: unknown, version: number | null): unknown {
  const lacksRight = error instanceof Error && 'code' in error && error.code === '42501'
  if (!lacksRight || version === null || version >= queueSchemaVersion) return error
  return new DatabaseRefusedError(
    `schema ${queueSchema} has version ${version} of the job queue, this release needs ${queueSchemaVersion}, ` +
      'and the database role may not change its tables: run ingestion-server migrate with the role that owns them, ' +
      'or make this role their owner with docs/postgres-roles.sql. See docs/how-to/upgrade.md',
    { cause: error, details: { schema: queueSchema } },
  )
}
