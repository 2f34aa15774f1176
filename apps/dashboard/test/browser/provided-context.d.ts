import 'vitest'

declare module 'vitest' {
  /** Provided by global-setup.ts and by the global setup of the server's tests. */
  export interface ProvidedContext {
    /** A Postgres for each worker, as its superuser; suites create their own databases in it. */
    postgresUrls: readonly string[]
    openSearchUrl: string
    /** Folder with the built server. */
    builtServer: string
  }
}
