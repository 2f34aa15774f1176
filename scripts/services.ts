import { readNamesOrExit } from './read-names.ts'
import { prepareOpenSearch, startOpenSearch, startPostgres } from '../packages/local-services/src/index.ts'

readNamesOrExit(`npm run services

Starts what the tests need, a Postgres and an OpenSearch 3 and 2, and prints the variables with which suites use them.
They run until Ctrl-C.

  --help
`)

/** Runs the services that the tests need until Ctrl-C, so that single suites start immediately. */
const onProgress = (message: string) => console.error(message)
await prepareOpenSearch({ env: process.env, mayInstall: true, versions: ['3', '2'], onProgress })
const services = await Promise.all([
  startPostgres({ durable: false, onProgress }),
  startOpenSearch({ version: '3', startsFast: true, onProgress }),
  startOpenSearch({ version: '2', startsFast: true, onProgress }),
])
const [postgres, openSearch, openSearch2] = services
console.log(`export TEST_POSTGRES_URL=${postgres.url}
export TEST_OPENSEARCH_URL=${openSearch.url}
export TEST_OPENSEARCH_2_URL=${openSearch2.url}`)

await new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
})
await Promise.all(services.map((service) => service.stop()))
