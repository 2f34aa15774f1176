import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readNamesOrExit } from './read-names.ts'
import { prepareOpenSearch, startOpenSearch, startPostgres } from '../packages/local-services/src/index.ts'

readNamesOrExit(`npm run services

Starts what the tests need, a Postgres and an OpenSearch 3 and 2, and prints the variables with which suites use them.
They run until Ctrl-C.

  --help
`)

/** Runs the services that the tests need until Ctrl-C, so that single suites start immediately. */
const dataDir = await mkdtemp(join(tmpdir(), 'ingestion-services-'))
const onProgress = (message: string) => console.error(message)
await prepareOpenSearch({ env: process.env, mayInstall: true, versions: ['3', '2'], onProgress })
const services = await Promise.all([
  startPostgres({ dataDir: join(dataDir, 'postgres'), durable: false, onProgress }),
  startOpenSearch({ dataDir: join(dataDir, 'opensearch-3'), version: '3', startsFast: true, onProgress }),
  startOpenSearch({ dataDir: join(dataDir, 'opensearch-2'), version: '2', startsFast: true, onProgress }),
])
const [postgres, openSearch, openSearch2] = services
console.log(`export TEST_POSTGRES_URL=${postgres.url}
export TEST_OPENSEARCH_URL=${openSearch.url}
export TEST_OPENSEARCH_2_URL=${openSearch2.url}`)

await new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
})
await Promise.all(services.map((service) => service.stop()))
await rm(dataDir, { recursive: true, force: true })
