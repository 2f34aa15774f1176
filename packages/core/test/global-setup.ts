import { startOpenSearch, startPgBouncer, startPostgres } from '@ingestion-server/local-services'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { readRolesSql } from './support/postgres-roles.ts'
import { tasksRole } from './support/test-database.ts'

/**
 * A Postgres for each worker, and one OpenSearch of each major version for all suites; each suite uses its own names
 * in them. They are started here unless all three variables are set (scripts/services.ts): a run of one suite
 * then doesn't have to wait for them.
 *
 * With TEST_POSTGRES_POOLER=transaction all suites connect to Postgres through a PgBouncer in that mode. With
 * TEST_POSTGRES_ROLES=1 they use the role of docs/postgres-roles.sql that owns only its schemas; the roles stay in
 * the cluster, so this needs services started here.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = {
    postgresUrl: process.env['TEST_POSTGRES_URL'],
    openSearchUrl: process.env['TEST_OPENSEARCH_URL'],
    openSearch2Url: process.env['TEST_OPENSEARCH_2_URL'],
  }
  if (running.postgresUrl && running.openSearchUrl && running.openSearch2Url) {
    const pooled = await throughPooler(running.postgresUrl)
    project.provide('postgresUrls', [pooled.url])
    project.provide('openSearchUrl', running.openSearchUrl)
    project.provide('openSearch2Url', running.openSearch2Url)
    return pooled.stop
  }
  const onProgress = (message: string) => console.error(message)
  const startForWorker = () => startPostgres({ durable: false, onProgress })
  const [databases, openSearch, openSearch2] = await Promise.all([
    Promise.all(Array.from({ length: project.config.maxWorkers }, startForWorker)),
    startOpenSearch({ version: '3', startsFast: true, onProgress }),
    startOpenSearch({ version: '2', startsFast: true, onProgress }),
  ])
  const pooled = await Promise.all(databases.map(({ url }) => throughPooler(url)))
  project.provide(
    'postgresUrls',
    pooled.map(({ url }) => url),
  )
  project.provide('openSearchUrl', openSearch.url)
  project.provide('openSearch2Url', openSearch2.url)
  return async () => {
    await Promise.all(pooled.map(({ stop }) => stop()))
    await Promise.all([...databases, openSearch, openSearch2].map((service) => service.stop()))
  }
}

/** Creates the documented roles if they are missing. */
async function prepareRoles(postgresUrl: string): Promise<void> {
  if (!process.env['TEST_POSTGRES_ROLES']) return
  const sql = postgres(postgresUrl, { max: 1, onnotice: () => undefined, prepare: false })
  try {
    const found = await sql`select from pg_roles where rolname = 'ingestion_tasks'`
    if (found.length === 0) await sql.unsafe((await readRolesSql()).roles)
    // So that a test of deadlocks doesn't have to wait a second for each.
    await sql`grant set on parameter deadlock_timeout to ${sql(tasksRole)}`
  } finally {
    await sql.end()
  }
}

async function throughPooler(postgresUrl: string): Promise<{ url: string; stop: () => Promise<void> }> {
  await prepareRoles(postgresUrl)
  const poolMode = process.env['TEST_POSTGRES_POOLER']
  if (!poolMode) return { url: postgresUrl, stop: async () => undefined }
  if (poolMode !== 'transaction') throw new Error('TEST_POSTGRES_POOLER must be transaction, or not be set')
  const onProgress = (message: string) => console.error(message)
  return startPgBouncer({ postgresUrl, poolMode, poolSize: 5, users: ['ingestion_tasks'], onProgress })
}
