import 'vitest'

declare module 'vitest' {
  /** What global-setup.ts and that of the server's tests provide. */
  export interface ProvidedContext {
    /** A Postgres for each worker, as its superuser; suites make databases of their own in it. */
    postgresUrls: readonly string[]
    openSearchUrl: string
    /** Folder with the server as it is shipped. */
    builtServer: string
  }
}
