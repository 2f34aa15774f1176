import { join, resolve } from 'node:path'
import type { OpenSearchMajor } from './opensearch/releases.ts'
import { startOpenSearch } from './opensearch/start-opensearch.ts'
import { startPostgres } from './postgres/start-postgres.ts'
import type { RunningService, ServiceOptions } from './service-options.ts'

export interface ServicesOptions extends ServiceOptions {
  /** Data of both services, kept between starts, in a folder each. One process can use it at a time. */
  dataDir: string
  /** DATABASE_URL and OPENSEARCH_URL name services that are not started; JAVA_HOME, PATH and the like are read too. */
  env: NodeJS.ProcessEnv
  /** Folder whose node_modules has the Postgres package. Without it, where this package is installed. */
  installedIn?: string | undefined
  /** Default: any free ports. */
  ports?: { postgres?: number | undefined; openSearch?: number | undefined }
  /** Default: the newest that a Java on this machine can run. */
  openSearchVersion?: OpenSearchMajor | undefined
  /** Runs as soon as a Postgres started here responds, while OpenSearch is still starting. */
  prepareDatabase?: ((databaseUrl: string) => Promise<void>) | undefined
}

export interface Services {
  databaseUrl: string
  openSearchUrl: string
  /** Settles when a service started here has ended, by stop() or unexpectedly: which and how, as a sentence. */
  ended: Promise<string>
  /** Stops the services started here. */
  stop: () => Promise<void>
}

/**
 * Starts a Postgres and an OpenSearch, each unless the environment names a running one.
 *
 * @throws PortTakenError, FolderInUseError, NoOpenSearchError, ServiceFailedError; no service keeps running then
 */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { env, ports = {}, onProgress, prepareDatabase } = options
  const databaseUrl = env['DATABASE_URL'] || undefined
  const openSearchUrl = env['OPENSEARCH_URL'] || undefined
  if (databaseUrl !== undefined && openSearchUrl !== undefined) return useOthers(databaseUrl, openSearchUrl)

  const dataDir = resolve(options.dataDir)
  const running: Record<string, RunningService> = {}
  const stop = async () => {
    await Promise.all(Object.values(running).map((service) => service.stop()))
  }
  const failure = new AbortController()
  const signal =
    options.signal === undefined ? failure.signal : AbortSignal.any([options.signal, failure.signal])
  const start = async (
    name: string,
    external: string | undefined,
    starting: () => Promise<RunningService>,
  ) => {
    if (external !== undefined) return external
    const service = await starting()
    running[name] = service
    return service.url
  }
  const postgres = start('Postgres', databaseUrl, async () => {
    const folder = join(dataDir, 'postgres')
    return startPostgres({
      dataDir: folder,
      port: ports.postgres,
      installedIn: options.installedIn,
      onProgress,
      signal,
    })
  }).then(async (url) => {
    if (databaseUrl === undefined) await prepareDatabase?.(url)
    return url
  })
  const openSearch = start('OpenSearch', openSearchUrl, async () => {
    const version = options.openSearchVersion
    const folder = join(dataDir, 'opensearch')
    return startOpenSearch({ dataDir: folder, version, port: ports.openSearch, env, onProgress, signal })
  })
  try {
    const urls = await Promise.all([postgres, openSearch])
    const ends = Object.entries(running).map(([name, { exited }]) =>
      exited.then((how) => `${name} ended: ${how}`),
    )
    return { databaseUrl: urls[0], openSearchUrl: urls[1], ended: Promise.race(ends), stop }
  } catch (error) {
    failure.abort(error) // the other one need not go on starting
    await Promise.allSettled([postgres, openSearch])
    await stop()
    throw error
  }
}

function useOthers(databaseUrl: string, openSearchUrl: string): Services {
  return { databaseUrl, openSearchUrl, ended: new Promise(() => undefined), stop: async () => undefined }
}
