import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOpenSearch, startPostgres } from '@ingestion-server/local-services'
import type { TestProject } from 'vitest/node'

/**
 * One Postgres and one OpenSearch of each major version for all suites; each suite has names of its own in them.
 * They are started here, or, where all three variables are set, run already (scripts/services.ts): a run of one
 * suite then need not wait for them.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = {
    postgresUrl: process.env['TEST_POSTGRES_URL'],
    openSearchUrl: process.env['TEST_OPENSEARCH_URL'],
    openSearch2Url: process.env['TEST_OPENSEARCH_2_URL'],
  }
  if (running.postgresUrl && running.openSearchUrl && running.openSearch2Url) {
    project.provide('postgresUrl', running.postgresUrl)
    project.provide('openSearchUrl', running.openSearchUrl)
    project.provide('openSearch2Url', running.openSearch2Url)
    return async () => undefined
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'ingestion-test-'))
  const onProgress = (message: string) => console.error(message)
  const [postgres, openSearch, openSearch2] = await Promise.all([
    startPostgres({ dataDir: join(dataDir, 'postgres'), durable: false, onProgress }),
    startOpenSearch({ dataDir: join(dataDir, 'opensearch-3'), version: '3', onProgress }),
    startOpenSearch({ dataDir: join(dataDir, 'opensearch-2'), version: '2', onProgress }),
  ])
  project.provide('postgresUrl', postgres.url)
  project.provide('openSearchUrl', openSearch.url)
  project.provide('openSearch2Url', openSearch2.url)
  return async () => {
    await Promise.all([postgres.stop(), openSearch.stop(), openSearch2.stop()])
    await rm(dataDir, { recursive: true, force: true })
  }
}
