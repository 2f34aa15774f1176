import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { startOpenSearch, startPostgres } from '@ingestion-server/local-services'
import type { TestProject } from 'vitest/node'

/** Builds the dashboard for production, and starts the services unless they are running (scripts/services.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const building = buildDashboard()
  const running = {
    postgresUrl: process.env['TEST_POSTGRES_URL'],
    openSearchUrl: process.env['TEST_OPENSEARCH_URL'],
  }
  if (running.postgresUrl && running.openSearchUrl) {
    project.provide('postgresUrls', [running.postgresUrl])
    project.provide('openSearchUrl', running.openSearchUrl)
    await building
    return async () => undefined
  }
  const onProgress = (message: string) => console.error(message)
  const [postgres, openSearch] = await Promise.all([
    startPostgres({ durable: false, onProgress }),
    startOpenSearch({ startsFast: true, onProgress }),
    building,
  ])
  project.provide('postgresUrls', [postgres.url])
  project.provide('openSearchUrl', openSearch.url)
  return async () => {
    await Promise.all([postgres.stop(), openSearch.stop()])
  }
}

async function buildDashboard(): Promise<void> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../../scripts/build.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`the dashboard can't be built: exit code ${code}`)
}
