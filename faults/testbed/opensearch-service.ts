import { startOpenSearch, type RunningOpenSearch } from '@ingestion-server/local-services'

/** The OpenSearch of a run: a separate one, which can be killed and frozen, or a shared one. */
export interface OpenSearchService {
  url(): string
  version: string
  /** Null for a shared one. */
  own: {
    freeze(): () => void
    /** SIGKILL, and a restart on the same files; takes half a minute. */
    crash(): Promise<void>
  } | null
  stop(): Promise<void>
}

export async function startOwnOpenSearch(
  dataDir: string,
  onProgress: (message: string) => void,
): Promise<OpenSearchService> {
  const start = () => startOpenSearch({ dataDir, startsFast: true, onProgress })
  let running: RunningOpenSearch = await start()
  return {
    url: () => running.url,
    version: running.version,
    own: {
      freeze() {
        process.kill(running.pid, 'SIGSTOP')
        return () => process.kill(running.pid, 'SIGCONT')
      },
      async crash() {
        await running.kill()
        running = await start()
      },
    },
    stop: () => running.stop(),
  }
}

export async function useOpenSearch(url: string): Promise<OpenSearchService> {
  const { version } = (await (await fetch(url)).json()) as { version: { number: string } }
  return { url: () => url, version: version.number, own: null, stop: async () => undefined }
}
